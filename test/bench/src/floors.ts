import type { Row } from './bench.ts';

/** A bound that a number must keep. */
type Bound = { readonly atLeast: number } | { readonly atMost: number };

/** Which number of a row: our median, the median of the ratio to the peer, or the end of its 95 % interval nearest 1. */
type Figure = 'ours' | 'ratio' | 'reach';

/** What one row is to reach. */
export interface Floor {
  readonly bench: string;
  /** `Row.what`. */
  readonly what: string;
  readonly figure: Figure;
  /** What the project set out to reach, on two quiet cores. */
  readonly goal: Bound;
  /** What `--check` fails under, where it is not the goal: what is out of reach for now, or noisy on a busy machine. */
  readonly floor?: Bound;
}

/** The one list of all of them. */
export const floors: readonly Floor[] = [
  // How soon a program starts.
  { bench: 'import', what: '@kubefresh/core, time', figure: 'ours', goal: { atMost: 25 }, floor: { atMost: 60 } },
  { bench: 'import', what: '@kubefresh/core, memory', figure: 'ours', goal: { atMost: 12 }, floor: { atMost: 18 } },
  // What a request pays, and how soon it has the new token.
  { bench: 'inject-ns', what: 'send', figure: 'ours', goal: { atMost: 50 }, floor: { atMost: 120 } },
  ...['https c1', 'https c64', 'https c256', 'http c1', 'http c64', 'http c256'].map((what) =>
    reaches('inject', `undici ${what}`),
  ),
  ...['https c1', 'https c64'].map((what) => reaches('inject', `fetch ${what}`)),
  ...['c1', 'c64'].map((what) => reaches('https-agent', `node:https ${what}`)),
  // Many of them.
  { bench: 'scale', what: '16 volumes, held', figure: 'ours', goal: { atMost: 20 }, floor: { atMost: 60 } },
  { bench: 'scale', what: '16 volumes, memory', figure: 'ours', goal: { atMost: 10 }, floor: { atMost: 20 } },
  { bench: 'scale', what: '10000 tokens, heap', figure: 'ours', goal: { atMost: 40 }, floor: { atMost: 60 } },
  // The clients, against the same as they come.
  ...(
    [
      ['client-node', 'client-node-2 list c1', 6, 3],
      ['client-node', 'client-node-2 list c20', 7, 3],
      ['client-node', 'client-node-1 list c1', 8, 3],
      ['client-node', 'client-node-1 list c20', 5.5, 2.5],
      ['fluent-client', 'fluent-client list c1', 5, 2.5],
      ['fluent-client', 'fluent-client list c20', 5, 2.5],
      ['kubernetes-client', 'kubernetes-client list c1', 1, 1],
      ['kubernetes-client', 'kubernetes-client list c20', 1, 1],
    ] as const
  ).map(
    ([bench, what, goal, floor]): Floor => ({
      bench,
      what,
      figure: 'ratio',
      goal: { atLeast: goal },
      floor: { atLeast: floor },
    }),
  ),
  { bench: 'rotation', what: 'none, p50', figure: 'ours', goal: { atMost: 0.5 }, floor: { atMost: 5 } },
  { bench: 'rotation', what: 'none, p99', figure: 'ours', goal: { atMost: 3 }, floor: { atMost: 30 } },
  { bench: 'rotation', what: 'dead watcher, p99', figure: 'ours', goal: { atMost: 15 }, floor: { atMost: 60 } },
];

/** The interval of the ratio to the bare peer is to reach 0.97: 3 % is what noise alone does on a quiet machine. */
function reaches(bench: string, what: string): Floor {
  return { bench, what, figure: 'reach', goal: { atLeast: 0.97 }, floor: { atLeast: 0.8 } };
}

/** How a row stands to its floor. */
export interface Verdict {
  readonly floor: Floor;
  readonly value: number;
  readonly reachesGoal: boolean;
  readonly keepsFloor: boolean;
}

/** The floors of one bench, held against its rows. A floor without its row counts as broken: a claim nobody measures. */
export function judge(bench: string, rows: readonly Row[], list: readonly Floor[] = floors): Verdict[] {
  return list
    .filter((floor) => floor.bench === bench)
    .map((floor) => {
      const row = rows.find(({ what }) => what === floor.what);
      const value = row === undefined ? Number.NaN : figureOf(row, floor.figure);
      const reachesGoal = keeps(value, floor.goal);
      return { floor, value, reachesGoal, keepsFloor: reachesGoal || keeps(value, floor.floor ?? floor.goal) };
    });
}

function figureOf(row: Row, figure: Figure): number {
  if (figure === 'ours') return Object.values(row.values)[0]?.median ?? Number.NaN;
  return (figure === 'ratio' ? row.ratio?.median : row.ratio?.high) ?? Number.NaN;
}

function keeps(value: number, bound: Bound): boolean {
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
}
