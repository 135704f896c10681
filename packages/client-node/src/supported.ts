import { createRequire } from 'node:module';
import type * as Core from '@kubefresh/core';
import type { OfficialKubeConfig } from './official.ts';

/** Our peer range, in words and in numbers. */
const RANGE = '>=1.4.0 <3';

/** What every supported version has, and no version before 1.0. */
const METHODS = [
  'getUsers',
  'getCurrentUser',
  'getCurrentCluster',
  'loadFromString',
  'loadFromDefault',
  'makePathsAbsolute',
  'applySecurityAuthentication',
  'applyToHTTPSOptions',
] as const satisfies readonly (keyof OfficialKubeConfig)[];

const require = createRequire(import.meta.url);

let installed: string | undefined;

/**
 * Refuses a client that we do not know how to serve, when it is handed over and not at its first request.
 *
 * @param target - an instance, or a class's prototype.
 * @param what - how the caller knows it, for the message.
 * @throws KubefreshError `ERR_KUBEFRESH_UNSUPPORTED_CLIENT`
 */
export function assertSupported(target: unknown, what: string): asserts target is OfficialKubeConfig {
  const methods = Object(target) as Partial<Record<(typeof METHODS)[number], unknown>>;
  const missing = METHODS.find((name) => typeof methods[name] !== 'function');
  if (missing !== undefined) throw unsupported(`${what} is no KubeConfig of it: it has no method ${missing}`);
  // A copy that is not the one beside us cannot be asked for its version: its shape has to do.
  installed ??= installedVersion();
  if (!isInRange(installed)) throw unsupported(`version ${installed} is installed`);
}

/** Whether a version is in the peer range. */
export function isInRange(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.', 2).map(Number);
  return major === 2 || (major === 1 && minor >= 4);
}

function installedVersion(): string {
  const { version } = require('@kubernetes/client-node/package.json') as { version: string };
  return version;
}

function unsupported(why: string): Core.KubefreshError {
  // Only here, and at once: importing us is to cost those little who never see this.
  const { KubefreshError } = require('@kubefresh/core') as typeof Core;
  return new KubefreshError(
    'ERR_KUBEFRESH_UNSUPPORTED_CLIENT',
    `@kubefresh/client-node serves @kubernetes/client-node ${RANGE}; ${why}. Install a version in that range.`,
  );
}
