/**
 * `pnpm check`: everything that can be known without running the project. Each step is a public tool; run one alone with
 * `pnpm check NAME`. All run even when one fails; the last line counts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

/** The packages that are meant for the registry. */
const published = readdirSync(join(root, 'packages')).filter((name) => {
  const manifest = join(root, 'packages', name, 'package.json');
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).private !== true;
});

const steps: Record<string, string[][]> = {
  /** Formatter and linter. */
  format: [[bin('biome'), 'check', '.']],
  /** Types of sources, tests, examples and scripts; then what will be published. */
  types: [
    [bin('tsc'), '-p', 'tsconfig.check.json'],
    [process.execPath, join('scripts', 'build.ts')],
  ],
  /** No import against the line (ARCHITECTURE.md), no cycle. */
  rooms: [[bin('depcruise'), '--config', '.dependency-cruiser.json', 'packages', 'examples', 'test', 'scripts']],
  /** Nothing unused: files, exports, dependencies. */
  unused: [[bin('knip')]],
  /** What a registry and a consumer's resolver make of the packages. */
  packages: published.flatMap((name) => [
    [bin('publint'), '--strict', '--pack=npm', join('packages', name)],
    [bin('attw'), '--pack', join('packages', name), '--profile', 'esm-only'],
  ]),
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => steps[name] === undefined);
if (unknown !== undefined) {
  console.error(`check: there is no step '${unknown}'; the steps are ${Object.keys(steps).join(', ')}.`);
  process.exit(2);
}

let failed = 0;
let passed = 0;
for (const [name, commands] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const [command = '', ...args] of commands) {
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
    const words = [
      name,
      command.slice(command.lastIndexOf('/') + 1),
      ...args.filter((arg) => arg.includes('packages/')),
    ];
    console.log(
      `${status === 0 ? 'ok  ' : 'FAIL'} ${words.join(' ')} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
    );
    if (status === 0) passed += 1;
    else {
      failed += 1;
      console.log(`${stdout}${stderr}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
