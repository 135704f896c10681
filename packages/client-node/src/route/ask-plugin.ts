import { isProxied } from '../agent/proxied.ts';
import { evidenceOf } from '../evidence.ts';
import type { Follow } from './late-pool.ts';
import type { ConnectionParts } from './parts.ts';
import { RefusalWait } from './refusal-wait.ts';

type Options = Parameters<Follow>[0];

/** Makes requests of undici, when they are refused, wait for a source whose answer takes seconds: it runs a plugin. */
export function askPlugin({ cluster, login, issued }: ConnectionParts): Follow {
  const { origin } = new URL(cluster.server);
  return (options, handler) => {
    const sentAt = performance.now();
    return new RefusalWait(handler, (headers) => {
      const now = login.source.current();
      // Sent with another token than that of now: core knows already what to send instead.
      if (isProxied(options.path) || authorizationIn(options) !== issued.for(now)) return undefined;
      return login.source.rejected(now, evidenceOf(401, headers, origin, sentAt));
    });
  };
}

/** Core puts its header into an object, or at the end of a list. */
function authorizationIn({ headers }: Options): unknown {
  return Array.isArray(headers) ? headers.at(-1) : Object(headers).authorization;
}
