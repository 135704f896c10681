import type { JournalEntry } from '@kubefresh/testing';

/** A request that failed, as its caller saw it. */
export interface Failure {
  /** By which client. */
  readonly way: string;
  /** The pod it asked for: no other request of the same seconds asked for it. */
  readonly pod: string;
  /** When it was sent and when it failed, ms since the epoch. */
  readonly sentAt: number;
  readonly failedAt: number;
  readonly error: string;
}

/** What the server knows of a request. */
export type Known = Pick<JournalEntry, 'path' | 'time' | 'status' | 'faults'>;

/** Faults that answer in the server's place, so that no client could have made a success of it. */
const ANSWERS: ReadonlySet<string> = new Set(['refuse', 'tooManyRequests']);

/** For so long a client may not have seen yet that a connection was cut, ms: its event loop's turns on a busy machine. */
const UNSEEN = 1_000;

/**
 * Whether the failure is the fault's own: the journal's last word on the request is the fault's answer, or all connections
 * were cut while it was under way, or so short a time before that it was sent on one of them.
 *
 * @param cuts - when all connections were cut, ms since the epoch.
 */
export function isOfFault(failure: Failure, journal: readonly Known[], cuts: readonly number[]): boolean {
  const { sentAt, failedAt } = failure;
  if (cuts.some((at) => at >= sentAt - UNSEEN && at <= failedAt)) return true;
  const last = entriesOf(failure, journal).at(-1);
  return last !== undefined && last.status !== 200 && last.faults.some((name) => ANSWERS.has(name));
}

/** What the journal has of a request: an entry for each attempt. */
export function entriesOf({ pod, sentAt }: Failure, journal: readonly Known[]): readonly Known[] {
  return journal.filter(({ path, time }) => time >= sentAt && path.endsWith(`/${pod}`));
}
