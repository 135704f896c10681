import type { Route } from '../http/router.ts';

/** `/healthz`, `/livez`, `/readyz` and what is below them: always well. */
export const healthRoute: Route = {
  accepts: ({ path }) => /^\/(healthz|livez|readyz)(\/|$)/.test(path),
  handle: (exchange) => exchange.send(200, 'ok', { 'content-type': 'text/plain; charset=utf-8' }),
};

/** `/version`: the version whose behaviour this server repeats. */
export const versionRoute: Route = {
  accepts: ({ path }) => path === '/version' || path === '/version/',
  handle: (exchange) =>
    exchange.sendJson(200, { major: '1', minor: '37', gitVersion: 'v1.37.2', platform: 'linux/amd64' }),
};
