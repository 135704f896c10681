import { accessSync, constants } from 'node:fs';
import { dirname, extname } from 'node:path';
import { parseArgs } from 'node:util';
import { faults } from './faults/all.ts';
import type { Fault } from './faults/fault.ts';
import { faultNamed, SHORTEST_SECONDS, SINGLE_SECONDS, USUAL_SECONDS } from './scenario.ts';

/** What the command line asked for. */
export interface Options {
  readonly seconds: number;
  readonly json: boolean;
  readonly list: boolean;
  readonly help: boolean;
  readonly fault: Fault | undefined;
  /** A file for the recording, .svg or .cast. */
  readonly record: string | undefined;
}

/** A command line that makes no sense; the demo prints its message and exits with 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The whole journal is counted ten times a second; beyond this that would be what one sees. */
const LONGEST_SECONDS = 600;

/** @throws {UsageError} */
export function parseOptions(args: readonly string[]): Options {
  const { seconds, fault: name, record, json, list, help } = parse(args);
  const fault = name === undefined ? undefined : faultNamed(name);
  if (name !== undefined && fault === undefined) {
    const names = faults.map((each) => each.name).join(', ');
    throw new UsageError(`There is no fault '${name}'; there are ${names}.`);
  }
  if (record !== undefined) checkRecord(record);
  const usual = fault ? SINGLE_SECONDS : USUAL_SECONDS;
  return {
    seconds: seconds === undefined ? usual : secondsOf(seconds),
    json: json ?? false,
    list: list ?? false,
    help: help ?? false,
    fault,
    record,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        fault: { type: 'string' },
        record: { type: 'string' },
        json: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Before the run, not after it. */
function checkRecord(file: string): void {
  if (!['.svg', '.cast'].includes(extname(file))) {
    throw new UsageError(`--record writes .svg (an image) or .cast (asciicast); '${file}' is neither.`);
  }
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new UsageError(`--record cannot write '${file}': ${(error as NodeJS.ErrnoException).code}.`);
  }
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS) return seconds;
  throw new UsageError(`--seconds is a number from ${SHORTEST_SECONDS} to ${LONGEST_SECONDS}, not '${text}'.`);
}

/** What `--help` prints. */
export const USAGE = `pnpm demo [options]
  --seconds N     how long it runs; default ${USUAL_SECONDS}, ${SINGLE_SECONDS} with --fault
  --fault NAME    play one fault alone
  --list          list the faults
  --json          print the figures as JSON, and nothing else
  --record FILE   write the run as an image (.svg) or an asciicast (.cast)
Exits with 1 if kubefresh failed any request, with 2 if an option makes no sense.`;
