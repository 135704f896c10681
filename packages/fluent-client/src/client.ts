import { createRequire } from 'node:module';
import { InvalidOptionError, KubefreshError } from '@kubefresh/core';
import type { Dispatcher } from './route.ts';

const CLIENT = 'kubernetes-fluent-client';
/** Before 3.3 it used node-fetch, which has no dispatcher; 3.3.7 and 3.11.11 are the versions that the tests run. */
const RANGE = '>=3.3 <4';

/** What of @kubernetes/client-node's KubeConfig is used here. */
export interface KubeConfig {
  loadFromDefault(...args: never[]): void;
  getCurrentCluster(): { readonly server: string } | null;
  loadFromClusterAndUser(cluster: object, user: object): void;
  applyToFetchOptions(
    ...args: never[]
  ): Promise<{ readonly agent?: { readonly options?: { readonly cert?: unknown } } }>;
}

/** The classes of which the client makes one object for each call: its copies, if it has copies of its own. */
export interface ClientParts {
  readonly Agent: { readonly prototype: Pick<Dispatcher, 'dispatch'> };
  readonly KubeConfig: { readonly prototype: KubeConfig };
}

/**
 * Finds the client and, from where it stands, what it uses.
 *
 * @param from - The file (path or URL) from which the client is looked for.
 * @throws KubefreshError `ERR_KUBEFRESH_UNSUPPORTED_CLIENT` when it is missing or out of range; InvalidOptionError.
 */
export function findClient(from: string | URL): ClientParts {
  const manifest = findManifest(requireFrom(from), from);
  const requireOfClient = createRequire(manifest);
  const { version } = requireOfClient(manifest) as { version: string };
  if (!isSupported(version)) {
    throw unsupported(
      `${CLIENT} ${version} (${manifest}) is none that keepFresh() knows: it serves ${RANGE}. Install one of these.`,
    );
  }
  const { Agent } = requireOfClient('undici') as Pick<ClientParts, 'Agent'>;
  const { KubeConfig } = requireOfClient('@kubernetes/client-node') as Pick<ClientParts, 'KubeConfig'>;
  return { Agent, KubeConfig };
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

function findManifest(require: NodeJS.Require, from: string | URL): string {
  try {
    return require.resolve(`${CLIENT}/package.json`);
  } catch (cause) {
    throw unsupported(
      `${CLIENT} is not to be found from ${from}. Install it (${RANGE}); where only another package depends on it, say which: keepFresh({ from: import.meta.resolve('pepr') }).`,
      cause,
    );
  }
}

function isSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 3 && minor !== undefined && minor >= 3;
}

function unsupported(message: string, cause?: unknown): KubefreshError {
  return new KubefreshError('ERR_KUBEFRESH_UNSUPPORTED_CLIENT', message, { cause });
}
