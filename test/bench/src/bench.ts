import type { Interval } from './statistics.ts';

/** How thorough a run is to be. */
export interface Pace {
  /** Each bench in under 20 s: enough to see a change, not to claim a number. */
  readonly quick: boolean;
  /** How long `soak` takes, unless it is to be quick. */
  readonly minutes: number;
}

/** What one or more subjects needed, or did, in one and the same situation. */
export interface Row {
  /** The situation; names the row in the floors, so it stays the same. */
  readonly what: string;
  readonly unit: string;
  /** By subject, ours first: the median and its quartiles, or three times the same where it was counted once. */
  readonly values: Readonly<Record<string, Interval>>;
  /** Ours to the first peer, paired by round, with the median's 95 % interval. */
  readonly ratio?: Interval;
  /** The peer to itself, measured in the same rounds: how far from 1 a ratio is by noise alone. */
  readonly control?: Interval;
  /** What a reader must know beside the number. */
  readonly note?: string;
}

/** One measured claim. One a file, in `benches/`. */
export interface Bench {
  readonly name: string;
  /** What is compared with what. */
  readonly title: string;
  /** How: a few sentences, shown beneath the results. */
  readonly method: string;
  run(pace: Pace): Promise<Row[]>;
}

/** A number that was counted or computed once, as a cell of a row. */
export function exactly(value: number): Interval {
  return { low: value, median: value, high: value };
}
