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
import { REPORT_FILE, type Report } from './reporter.ts';
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

const run = (program: string, programArgs: string[]) =>
  spawnSync(program, programArgs, { cwd: root, stdio: 'inherit' }).status;
const vitest = join(root, 'node_modules', '.bin', 'vitest');

if (run(process.execPath, [join(root, 'scripts', 'build.ts')]) !== 0) {
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
    process.env[REPORT_FILE] = file;
    const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'reporter.ts')}`];
    const status = run(vitest, ['run', `--config=${config}`, ...reporters, ...filter]);
    if (!existsSync(file)) {
      console.error('test: vitest ended before it had run its tests.');
      return false;
    }
    const report: Report = JSON.parse(readFileSync(file, 'utf8'));
    failures.push(...report.failures);
    const nothing = filter.length > 0 ? unmatched(filter, report) : [];
    for (const part of nothing) console.error(`test: '${part}' names no test that could run.`);
    return status === 0 && nothing.length === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const failed: string[] = [];
/** Said once more at the very end: of thousands of tests, some who run them keep the last lines alone. */
const failures: string[] = [];
for (const { name, config } of suites) {
  console.log(`\n== ${name}`);
  if (!passes(config)) failed.push(name);
}
for (const failure of failures) console.error(`\n${failure}`);
console.log(failed.length === 0 ? '\nAll suites passed.' : `\nFailed: ${failed.join('; ')}.`);
console.log(`suites: ${suites.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
