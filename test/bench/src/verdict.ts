import type { Pace, Row } from './bench.ts';

/** A bound that a number must keep. */
export type Bound = { readonly atLeast: number } | { readonly atMost: number };

/** Which number of a row: our median, the median of the ratio to the peer, or the end of its 95 % interval nearest 1. */
type Figure = 'ours' | 'ratio' | 'reach';

/** What one row is to reach. */
export interface Floor {
  readonly bench: string;
  /** `Row.what`. */
  readonly what: string;
  readonly figure: Figure;
  /** What the project set out to reach, on two quiet cores; `--check` fails where it is not kept. */
  readonly goal: Bound;
  /** What `--check` fails under instead, where the goal is out of reach, and why it is: BENCHMARKS.md shows the reason. */
  readonly lowered?: { readonly to: Bound; readonly because: string };
  /** Its row is left out of a quick run, or says nothing there. */
  readonly wholeRunOnly?: true;
}

/** How a row stands to its floor. */
export interface Verdict {
  readonly floor: Floor;
  /** NaN where the row is missing. */
  readonly value: number;
  readonly reachesGoal: boolean;
  readonly keepsFloor: boolean;
}

/** No less than `value`. */
export function atLeast(value: number): Bound {
  return { atLeast: value };
}

/** No more than `value`. */
export function atMost(value: number): Bound {
  return { atMost: value };
}

/** The floors of one bench, held against its rows. A floor without its row counts as broken: a claim nobody measures. */
export function judge(
  bench: string,
  rows: readonly Row[],
  floors: readonly Floor[],
  { quick }: Pick<Pace, 'quick'>,
): Verdict[] {
  return floors
    .filter((floor) => floor.bench === bench && !(quick && floor.wholeRunOnly))
    .map((floor) => {
      const row = rows.find(({ what }) => what === floor.what);
      const value = row === undefined ? Number.NaN : figureOf(row, floor.figure);
      const reachesGoal = keeps(value, floor.goal);
      return { floor, value, reachesGoal, keepsFloor: reachesGoal || keeps(value, floorOf(floor)) };
    });
}

/** What `--check` fails under. */
export function floorOf({ goal, lowered }: Floor): Bound {
  return lowered?.to ?? goal;
}

/** Shows a bound: `>= 0.97`. */
export function showBound(bound: Bound): string {
  return 'atLeast' in bound ? `>= ${shortened(bound.atLeast)}` : `<= ${shortened(bound.atMost)}`;
}

function shortened(value: number): number {
  return Number(value.toPrecision(3));
}

function figureOf(row: Row, figure: Figure): number {
  if (figure === 'ours') return Object.values(row.values)[0]?.median ?? Number.NaN;
  return (figure === 'ratio' ? row.ratio?.median : row.ratio?.high) ?? Number.NaN;
}

function keeps(value: number, bound: Bound): boolean {
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
}
