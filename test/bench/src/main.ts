/**
 * `pnpm bench`: builds the packages, then measures them as they are published, each bench against its peers.
 * See `arguments.ts` for what it can be told.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchArguments, parseArguments } from './arguments.ts';
import { benches } from './benches/index.ts';
import { floors } from './floors.ts';
import { describeMachine } from './machine.ts';
import { documentWith, sectionOf } from './report/markdown.ts';
import { benchText, brokenText, machineText } from './report/text.ts';
import { judge, type Verdict } from './verdict.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const DOCUMENT = join(root, 'BENCHMARKS.md');

const names = Object.keys(benches);
let told: BenchArguments;
try {
  told = parseArguments(process.argv.slice(2), names);
} catch (error) {
  console.error((error as Error).message);
  process.exit(2);
}
if (told.build) build();

const machine = describeMachine();
const sections = new Map<string, string>();
const results: object[] = [];
const verdicts: Verdict[] = [];
if (!told.json) console.log(machineText(machine));

for (const name of told.names.length > 0 ? told.names : names) {
  const bench = await benches[name]?.();
  if (bench === undefined) continue;
  const started = performance.now();
  const rows = await bench.run(told);
  const judged = judge(name, rows, floors, told);
  verdicts.push(...judged);
  results.push({ name, rows, goals: judged });
  sections.set(name, sectionOf(bench, rows, judged, machine));
  if (told.json) continue;
  console.log(`\n${benchText(bench, rows, judged)}`);
  console.log(`(${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

if (told.json) console.log(JSON.stringify({ machine, benches: results }, null, 2));
if (told.write)
  writeFileSync(DOCUMENT, documentWith(sections, existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '', names));
const broken = verdicts.filter(({ keepsFloor }) => !keepsFloor);
if (told.check) {
  for (const verdict of broken) console.error(brokenText(verdict));
  if (broken.length > 0) process.exitCode = 1;
}
process.exit();

function build(): void {
  const { status } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-b'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) return;
  console.error('bench: the packages do not compile (see above), so nothing was measured.');
  process.exit(1);
}
