import { parseArgs } from 'node:util';

/** What `pnpm bench` was told. */
export interface BenchArguments {
  /** The benches to run, in this order; all of them when empty. */
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly json: boolean;
  readonly check: boolean;
  readonly write: boolean;
  readonly build: boolean;
  readonly soakMinutes: number;
}

const USAGE = `pnpm bench [NAME…] [options]

  --quick          each bench in under 20 s: to see a change, not to claim a number
  --check          fail where a measure is beyond its floor (src/floors.ts)
  --json           print the results as JSON
  --write          put the results into BENCHMARKS.md
  --minutes N      how long the soak lasts (default 2, or a quarter with --quick)
  --no-build       measure dist as it is
`;

/** A soak of this many minutes shows a leak of one object a request; ten show one of an object a rotation. */
const SOAK_MINUTES = 2;
const QUICK_SOAK_MINUTES = 0.25;

/**
 * Reads the command line.
 * @param known - the names of all benches.
 * @throws Error that says what is wrong and how it is used.
 */
export function parseArguments(args: readonly string[], known: readonly string[]): BenchArguments {
  const { values, positionals } = parse(args);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrong(`There is no bench '${unknown}'; the benches are ${known.join(', ')}.`);
  const { quick = false, json = false, check = false, write = false, build = true } = values;
  if (quick && write) throw wrong('BENCHMARKS.md is not written from a quick run.');
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0)) throw wrong(`--minutes is '${values.minutes}', which is no time.`);
  const soakMinutes = minutes ?? (quick ? QUICK_SOAK_MINUTES : SOAK_MINUTES);
  return { names: positionals, quick, json, check, write, build, soakMinutes };
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const options = {
    quick: flag,
    check: flag,
    json: flag,
    write: flag,
    build: flag,
    minutes: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}

function wrong(message: string): Error {
  return new Error(`${message}\n\n${USAGE}`);
}
