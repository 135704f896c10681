/** The header by which a process says when it noticed the token that the request carries: {@link monotonicNow}. */
export const NOTICED_AT = 'noticed-at';

/**
 * ms on the clock of the machine (CLOCK_MONOTONIC, which `process.hrtime` reads), so that a time of one process can be taken
 * from that of another; `performance.now()` counts from the start of its own.
 */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** When the token of a request was noticed, by its head; undefined where it does not say so. */
export function noticedAt(head: string): number | undefined {
  const found = /\r\nnoticed-at: (\S+)\r\n/iu.exec(head);
  return found === null ? undefined : Number(found[1]);
}
