import type { Figures } from '../count.ts';

/** `4.2 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `401 x 12, UNABLE_TO_VERIFY_LEAF_SIGNATURE x 3`. */
export function errorsOf({ errors }: Figures): string {
  return Object.entries(errors)
    .map(([error, count]) => `${error} x ${count}`)
    .join(', ');
}
