/**
 * `pnpm bench`: builds the packages, then measures them as they are published, each bench against its peers.
 * See `arguments.ts` for what it can be told.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchArguments, parseArguments } from './arguments.ts';
import type { Bench } from './bench.ts';
import { benches } from './benches/index.ts';
import { floors } from './floors.ts';
import { describeMachine } from './machine.ts';
import { documentWith, sectionOf } from './report/markdown.ts';
import { benchText, brokenText, machineText } from './report/text.ts';
import { runBenches } from './run-benches.ts';
import { judge, type Verdict } from './verdict.ts';

const root = join(import.meta.dirname, '..', '..', '..');

const names = Object.keys(benches);
let told: BenchArguments;
try {
  told = parseArguments(process.argv.slice(2), names);
} catch (error) {
  console.error((error as Error).message);
  process.exit(2);
}
if (told.build) build();

const document = told.to ?? join(root, 'BENCHMARKS.md');
const machine = describeMachine();
const sections = new Map<string, string>();
const results: object[] = [];
const verdicts: Verdict[] = [];
const failed: string[] = [];
if (!told.json) console.log(machineText(machine));

// What a bench that failed leaves undone fails later, when somebody else is measured.
process.on('unhandledRejection', (error) => {
  console.error('bench: left behind by a bench that failed:', error);
  process.exitCode = 1;
});

for await (const outcome of runBenches(chosen(), told, (line) => console.error(line))) {
  const { name, seconds } = outcome;
  if ('error' in outcome) {
    console.error(outcome.error);
    failed.push(name);
    continue;
  }
  const { bench, rows } = outcome;
  const judged = judge(name, rows, floors, told);
  verdicts.push(...judged);
  results.push({ name, rows, goals: judged, seconds });
  sections.set(name, sectionOf(bench, rows, judged, machine));
  // Each time: what was measured is not lost should this process end.
  if (told.write) write();
  if (told.json) continue;
  console.log(`\n${benchText(bench, rows, judged)}`);
  console.log(`(${seconds} s)`);
}

if (told.json) console.log(JSON.stringify({ machine, benches: results }, null, 2));
if (failed.length > 0) {
  console.error(`bench: ${failed.join(', ')} failed (see above); BENCHMARKS.md keeps what it said of it.`);
  process.exitCode = 1;
}
if (told.check) {
  const broken = verdicts.filter(({ keepsFloor }) => !keepsFloor);
  for (const verdict of broken) console.error(brokenText(verdict));
  console.error(`bench: ${verdicts.length - broken.length} of ${verdicts.length} floors are kept.`);
  if (broken.length > 0) process.exitCode = 1;
}
process.exit();

function chosen(): ReadonlyMap<string, () => Promise<Bench>> {
  const all = new Map(Object.entries(benches));
  if (told.names.length === 0) return all;
  return new Map(told.names.flatMap((name) => [...all].filter(([known]) => known === name)));
}

function write(): void {
  const before = existsSync(document) ? readFileSync(document, 'utf8') : '';
  writeFileSync(document, documentWith(sections, before, names));
}

function build(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.ts')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) return;
  console.error('bench: the packages do not compile (see above), so nothing was measured.');
  process.exit(1);
}
