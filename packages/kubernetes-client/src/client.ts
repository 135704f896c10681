import { createRequire } from 'node:module';
import { InvalidOptionError, KubefreshError } from '@kubefresh/core';
import type { ClientParts, StockBackendClass, WebSocketClass } from './client-parts.ts';

/** The clients that have this seam: the original, and a fork that changed its dependencies and API specifications only. */
const CLIENTS = ['kubernetes-client', '@cloudnativetoolkit/kubernetes-client'] as const;
/** Both are tested: 9.0.0 and 9.1.3. Before 9 a backend had another shape. */
const RANGE = '>=9 <10';

/** A client that `keepFresh()` serves. */
export type ClientName = (typeof CLIENTS)[number];

/**
 * Finds the client's own backend, which ours extends, and the libraries that it uses.
 *
 * @param name - Which client; undefined: the first that is installed.
 * @param from - The file (path or URL) from which it is looked for.
 * @throws KubefreshError `ERR_KUBEFRESH_UNSUPPORTED_CLIENT` when it is missing or out of range; InvalidOptionError.
 */
export function findClient(name: ClientName | undefined, from: string | URL): ClientParts {
  if (name !== undefined && !CLIENTS.includes(name)) {
    throw new InvalidOptionError('client', `client is ${JSON.stringify(name)}; it can be ${CLIENTS.join(' or ')}.`);
  }
  const manifest = findManifest(name === undefined ? CLIENTS : [name], from);
  const requireOfClient = createRequire(manifest);
  const { name: found, version } = requireOfClient(manifest) as { name: string; version: string };
  if (!version.startsWith('9.')) {
    throw unsupported(`${found} ${version} is none that keepFresh() knows: it serves ${RANGE}. Install one of these.`);
  }
  const ws = requireOfClient('ws') as WebSocketClass & { readonly WebSocket?: WebSocketClass };
  return {
    Backend: requireOfClient('./backends/request') as StockBackendClass,
    // Version 8 has the class under its name too, and only so where its ES module is taken (`--conditions=import`).
    WebSocket: ws.WebSocket ?? ws,
    stringify: (requireOfClient('qs') as Pick<ClientParts, 'stringify'>).stringify,
  };
}

function findManifest(names: readonly ClientName[], from: string | URL): string {
  const require = requireFrom(from);
  for (const name of names) {
    try {
      return require.resolve(`${name}/package.json`);
    } catch {
      // The next one, perhaps.
    }
  }
  throw unsupported(
    `${names.join(' or ')} is not to be found from ${from}. Install it (${RANGE}), or say by 'from' which file can import it.`,
  );
}

function requireFrom(from: string | URL): NodeJS.Require {
  try {
    return createRequire(from);
  } catch (cause) {
    throw new InvalidOptionError('from', `from is ${from}; it is the absolute path or the file URL of a file.`, {
      cause,
    });
  }
}

function unsupported(message: string): KubefreshError {
  return new KubefreshError('ERR_KUBEFRESH_UNSUPPORTED_CLIENT', message);
}
