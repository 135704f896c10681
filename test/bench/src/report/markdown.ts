import type { Bench, Row } from '../bench.ts';
import type { Machine } from '../machine.ts';
import type { Verdict } from '../verdict.ts';
import { tableOf } from './table.ts';
import { machineText } from './text.ts';

const INTRODUCTION = `# Benchmarks

Written by \`pnpm bench --write\`; each number comes from the command above it. What to read: a value is the median of its
rounds with the quartiles behind it; a ratio is ours to the first peer, paired round by round, with the median's 95 %
interval; A/A is the same peer against itself in the same rounds, so it says what noise alone does. The peers of a row run
interleaved on one machine: trust ratios before absolute numbers. A goal is what the project set out to reach; \`pnpm bench
--check\` fails where it is not ("NO"), unless the floor was lowered in \`test/bench/src/floors.ts\`, with the reason below the
table ("no": the goal was missed, the lowered floor was kept).
`;

/** The section of one bench. */
export function sectionOf(bench: Bench, rows: readonly Row[], verdicts: readonly Verdict[], machine: Machine): string {
  const [heading = [], ...lines] = tableOf(rows, verdicts);
  const notes = rows.filter(({ note }) => note !== undefined).map(({ what, note }) => `- ${what}: ${note}`);
  return [
    `## ${bench.name}`,
    `${bench.title}. \`pnpm bench ${bench.name}\``,
    [heading, heading.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n'),
    bench.method,
    ...[notes, reasonsOf(verdicts)].filter((list) => list.length > 0).map((list) => list.join('\n')),
    `<sub>${machineText(machine).replace('\n', '; ')}</sub>`,
  ].join('\n\n');
}

/** Why goals were missed, one line for all that have the same reason. */
function reasonsOf(verdicts: readonly Verdict[]): string[] {
  const missed = new Map<string, string[]>();
  for (const { reachesGoal, floor } of verdicts) {
    if (reachesGoal || floor.lowered === undefined) continue;
    const { because } = floor.lowered;
    missed.set(because, [...(missed.get(because) ?? []), floor.what]);
  }
  return [...missed].map(([because, rows]) => `- Missed by ${rows.join('; ')}: ${because}`);
}

/** The document with these sections in the place of those of the same benches; others stay. `order`: of all sections. */
export function documentWith(sections: ReadonlyMap<string, string>, before: string, order: readonly string[]): string {
  const all = new Map([...sectionsIn(before), ...sections]);
  const inOrder = order.map((name) => all.get(name)).filter((section) => section !== undefined);
  return `${[INTRODUCTION.trimEnd(), ...inOrder].join('\n\n')}\n`;
}

function sectionsIn(document: string): Map<string, string> {
  const [, ...parts] = document.split(/^## /mu);
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), `## ${part.trimEnd()}`]));
}
