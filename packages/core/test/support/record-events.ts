import type { CredentialSource, SourceEvents } from '../../src/source/types.ts';

/** All that a source has told, by the name of the event. */
export function recordEvents(source: CredentialSource): {
  readonly [Name in keyof SourceEvents]: SourceEvents[Name][];
} {
  const seen: { [Name in keyof SourceEvents]: SourceEvents[Name][] } = {
    renewed: [],
    stale: [],
    rejected: [],
    fault: [],
  };
  source.on('renewed', (event) => seen.renewed.push(event));
  source.on('stale', (event) => seen.stale.push(event));
  source.on('rejected', (event) => seen.rejected.push(event));
  source.on('fault', (event) => seen.fault.push(event));
  return seen;
}
