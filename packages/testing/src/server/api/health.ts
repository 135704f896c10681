import type { Route } from '../http/router.ts';

/** `/healthz`, `/livez`, `/readyz` and what is below them: always well. */
export const healthRoute: Route = {
  accepts: ({ path }) => /^\/(healthz|livez|readyz)(\/|$)/.test(path),
  handle: (exchange, { path }) => {
    const whole = path.split('/').length === 2;
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    exchange.send(200, 'ok', { ...headers, ...(whole && { 'x-content-type-options': 'nosniff' }) });
  },
};

/** `/version`: the version whose behaviour this server repeats. */
export const versionRoute: Route = {
  accepts: ({ path }) => path === '/version' || path === '/version/',
  handle: (exchange) =>
    exchange.sendJson(200, {
      major: '1',
      minor: '37',
      emulationMajor: '1',
      emulationMinor: '37',
      minCompatibilityMajor: '1',
      minCompatibilityMinor: '36',
      gitVersion: 'v1.37.2',
      gitCommit: '',
      gitTreeState: '',
      buildDate: '1970-01-01T00:00:00Z',
      goVersion: '',
      compiler: 'gc',
      platform: 'linux/amd64',
    }),
};
