/**
 * `pnpm test`: builds, then runs the units with the conformance suite, then what needs a real cluster.
 * `pnpm test unit` or `pnpm test cluster` runs one part; anything else is a filter for the units, as vitest takes it. A filter
 * that finds no test fails.
 * Where this machine cannot run a cluster, that part says why and is left out; under CI=true that is a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unmatched } from './unmatched.ts';

const root = join(import.meta.dirname, '..');

const parts = {
  unit: [{ name: 'units and conformance', config: 'vitest.config.ts' }],
  cluster: [{ name: 'the real cluster: cluster, contract, e2e', config: 'vitest.cluster.config.ts' }],
};

const args = process.argv.slice(2);
const chosen = args.length === 1 && (args[0] === 'unit' || args[0] === 'cluster') ? args[0] : undefined;
const filter = chosen === undefined ? args : [];
const suites =
  chosen !== undefined ? parts[chosen] : filter.length > 0 ? parts.unit : [...parts.unit, ...parts.cluster];

const run = (tool: string, toolArgs: string[]) =>
  spawnSync(join(root, 'node_modules', '.bin', tool), toolArgs, { cwd: root, stdio: 'inherit' }).status;

if (run('tsc', ['-b']) !== 0) {
  console.error('test: the packages do not compile (see above), so nothing was tested.');
  process.exit(1);
}

/**
 * Runs a suite, or of it what the filter names. Where a part of the filter names nothing, that is a failure; so is a run that
 * left no report: it ended before its tests did, and Node calls that a success.
 */
function passes(config: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'kubefresh-report-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const status = run('vitest', ['run', `--config=${config}`, ...reporters, ...filter]);
    if (!existsSync(file)) {
      console.error('test: vitest ended before it had run its tests.');
      return false;
    }
    const nothing = filter.length > 0 ? unmatched(filter, JSON.parse(readFileSync(file, 'utf8'))) : [];
    for (const part of nothing) console.error(`test: '${part}' names no test that could run.`);
    return status === 0 && nothing.length === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const failed: string[] = [];
for (const { name, config } of suites) {
  console.log(`\n== ${name}`);
  if (!passes(config)) failed.push(name);
}
console.log(failed.length === 0 ? '\nAll suites passed.' : `\nFailed: ${failed.join('; ')}.`);
console.log(`suites: ${suites.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
