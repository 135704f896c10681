import type { CredentialSource, SourceEvents } from '@kubefresh/core';

/** Ten times what the slowest of these takes, ms. */
const BOUND = 60_000;

/**
 * The next event of that name.
 *
 * @throws Error if none comes within a minute
 */
export function nextEvent<Name extends keyof SourceEvents>(
  source: CredentialSource,
  name: Name,
): Promise<SourceEvents[Name]> {
  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => reject(new Error(`no '${name}' event within ${BOUND} ms`)), BOUND);
    const listener = (event: SourceEvents[Name]) => {
      clearTimeout(giveUp);
      source.off(name, listener);
      resolve(event);
    };
    source.on(name, listener);
  });
}
