import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Driver, Path } from './driver.ts';
import type { Group } from './row.ts';

/** What became of one case. */
export interface CaseResult {
  readonly row: string;
  readonly group: Group;
  readonly path: Path;
  readonly title: string;
  /** `excepted`: it cannot apply, for the reason given. */
  readonly outcome: 'passed' | 'failed' | 'excepted';
  readonly reason?: string;
}

/** What became of one driver's cases; one file of {@link readResults}. */
export interface DriverResult extends Pick<Driver, 'id' | 'client' | 'flavour'> {
  readonly node: string;
  readonly cases: readonly CaseResult[];
}

const DIRECTORY = join(import.meta.dirname, '..', '.cache');

/** Writes a driver's result over that of its last run. */
export function writeResult(driver: Driver, cases: readonly CaseResult[]): void {
  const { id, client, flavour } = driver;
  const result: DriverResult = { id, client, flavour, node: process.version, cases };
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(join(DIRECTORY, `${id}.json`), `${JSON.stringify(result, null, 1)}\n`);
}

/** The results of the last runs. */
export function readResults(): DriverResult[] {
  return readdirSync(DIRECTORY)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8')) as DriverResult);
}
