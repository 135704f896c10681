/**
 * `pnpm test`: builds, then runs the units with the conformance suite, then what needs a real cluster.
 * `pnpm test unit` or `pnpm test cluster` runs one part; anything else is a filter for the units, as vitest takes it.
 * Where this machine cannot run a cluster, that part says why and is left out; under CI=true that is a failure.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

const parts = {
  unit: [{ name: 'units and conformance', folder: '.' }],
  cluster: [
    { name: 'the real cluster', folder: 'test/cluster' },
    { name: 'the kit against the real server', folder: 'test/contract' },
    { name: 'end to end on the real cluster', folder: 'test/e2e' },
  ],
};

const args = process.argv.slice(2);
const chosen = args.length === 1 && (args[0] === 'unit' || args[0] === 'cluster') ? args[0] : undefined;
const filter = chosen === undefined ? args : [];
const suites =
  chosen !== undefined ? parts[chosen] : filter.length > 0 ? parts.unit : [...parts.unit, ...parts.cluster];

const run = (tool: string, toolArgs: string[], folder = '.') =>
  spawnSync(join(root, 'node_modules', '.bin', tool), toolArgs, { cwd: join(root, folder), stdio: 'inherit' }).status;

if (run('tsc', ['-b']) !== 0) {
  console.error('test: the packages do not compile (see above), so nothing was tested.');
  process.exit(1);
}

const failed: string[] = [];
for (const { name, folder } of suites) {
  console.log(`\n== ${name} (${folder})`);
  if (run('vitest', ['run', ...filter], folder) !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\nAll suites passed.' : `\nFailed: ${failed.join('; ')}.`);
console.log(`suites: ${suites.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
