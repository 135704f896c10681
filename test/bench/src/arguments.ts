import { parseArgs } from 'node:util';

/** What `pnpm bench` was told. */
export interface BenchArguments {
  /** The benches to run, in this order; all of them when empty. */
  readonly names: readonly string[];
  readonly quick: boolean;
  /** How long `soak` takes. */
  readonly minutes: number;
  readonly json: boolean;
  readonly check: boolean;
  readonly write: boolean;
  /** The file to write instead of BENCHMARKS.md. */
  readonly to: string | undefined;
  readonly build: boolean;
}

/** Long enough for a leak of 16 bytes a request to be a megabyte. */
const MINUTES = 10;

const USAGE = `pnpm bench [NAME…] [options]

  --quick          each bench in under 20 s: to see a change, not to claim a number
  --minutes N      how long soak takes (default 10)
  --check          fail where a measure is beyond its floor (src/floors.ts)
  --json           print the results as JSON
  --write          put the results into BENCHMARKS.md
  --to FILE        with --write: put them there instead, as one may with --quick, too
  --no-build       measure dist as it is
`;

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
  if (quick && write && values.to === undefined) throw wrong('BENCHMARKS.md is not written from a quick run.');
  const minutes = Number(values.minutes ?? MINUTES);
  if (!(minutes > 0)) throw wrong(`--minutes must be a number above 0, not '${values.minutes}'.`);
  return { names: positionals, quick, minutes, json, check, write, to: values.to, build };
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
    to: { type: 'string' },
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
