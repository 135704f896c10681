import type { Bench, Row } from '../bench.ts';
import type { Machine } from '../machine.ts';
import { floorOf, type Verdict } from '../verdict.ts';
import { showNumber, tableOf } from './table.ts';

/** What a number depends on, in two lines. */
export function machineText({ date, cpu, system, load, node, versions }: Machine): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${date}, ${cpu}, load ${load}, ${system}, Node ${node}\n${packages.join(', ')}`;
}

/** One bench's results for a terminal. */
export function benchText(bench: Bench, rows: readonly Row[], verdicts: readonly Verdict[]): string {
  const table = tableOf(rows, verdicts);
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const lines = table.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const notes = rows.filter(({ note }) => note !== undefined).map(({ what, note }) => `  ${what}: ${note}`);
  return [`== ${bench.name}: ${bench.title}`, ...lines, ...notes].join('\n');
}

/** What `--check` has to say about floors that were not kept. */
export function brokenText({ floor, value }: Verdict): string {
  const bound = floorOf(floor);
  const wanted = 'atLeast' in bound ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`;
  const found = Number.isNaN(value) ? 'was not measured' : `is ${showNumber(value)}`;
  return `${floor.bench}: ${floor.what} (${floor.figure}) ${found}; it is to be ${wanted}.`;
}
