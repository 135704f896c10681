/**
 * `pnpm bench`: builds the packages, then measures them as they are published, each bench against its peers.
 * See `arguments.ts` for what it can be told.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchArguments, parseArguments } from './arguments.ts';
import type { Bench, Row } from './bench.ts';
import { benches } from './benches/index.ts';
import { floors } from './floors.ts';
import { describeMachine } from './machine.ts';
import { documentWith, sectionOf } from './report/markdown.ts';
import { benchText, brokenText, machineText } from './report/text.ts';
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
if (!told.json) console.log(machineText(machine));

for (const name of told.names.length > 0 ? told.names : names) {
  const started = performance.now();
  let measured: { readonly bench: Bench; readonly rows: readonly Row[] };
  try {
    measured = await measure(name);
  } catch (error) {
    // The others may take half an hour: they are not lost for it.
    console.error(`bench: ${name} failed:`, error);
    process.exitCode = 1;
    continue;
  }
  const { bench, rows } = measured;
  const judged = judge(name, rows, floors, told);
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  verdicts.push(...judged);
  results.push({ name, rows, goals: judged, seconds });
  sections.set(name, sectionOf(bench, rows, judged, machine));
  if (told.write) write();
  if (told.json) continue;
  console.log(`\n${benchText(bench, rows, judged)}`);
  console.log(`(${seconds} s)`);
}

if (told.json) console.log(JSON.stringify({ machine, benches: results }, null, 2));
const broken = verdicts.filter(({ keepsFloor }) => !keepsFloor);
if (told.check) {
  for (const verdict of broken) console.error(brokenText(verdict));
  if (broken.length > 0) process.exitCode = 1;
}
process.exit();

async function measure(name: string): Promise<{ bench: Bench; rows: Row[] }> {
  const bench = await benches[name]?.();
  if (bench === undefined) throw new Error('There is no such bench.');
  return { bench, rows: await bench.run(told) };
}

function write(): void {
  const before = existsSync(document) ? readFileSync(document, 'utf8') : '';
  writeFileSync(document, documentWith(sections, before, names));
}

function build(): void {
  const { status } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-b'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) return;
  console.error('bench: the packages do not compile (see above), so nothing was measured.');
  process.exit(1);
}
