import { createHash } from 'node:crypto';

/** Numbers from 0 to 1 that look random and are the same for the same seed, so that a run can be repeated. */
export function randomFrom(seed: number): () => number {
  let count = 0;
  return () => {
    count += 1;
    // The first four bytes: as fine as anybody here needs it.
    return createHash('sha256').update(`${seed}:${count}`).digest().readUInt32BE() / 2 ** 32;
  };
}
