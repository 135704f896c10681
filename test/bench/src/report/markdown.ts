import type { Bench, Row } from '../bench.ts';
import type { Verdict } from '../floors.ts';
import type { Machine } from '../machine.ts';
import { tableOf } from './table.ts';
import { machineText } from './text.ts';

const INTRODUCTION = `# Benchmarks

Written by \`pnpm bench --write\`; each number comes from the command above it. What to read: a value is the median of its
rounds with the quartiles behind it; a ratio is ours to the first peer, paired round by round, with the median's 95 %
interval; A/A is the same peer against itself in the same rounds, so it says what noise alone does. The peers of a row run
interleaved on one machine: trust ratios before absolute numbers. \`pnpm bench --check\` fails under the floors of
\`test/bench/src/floors.ts\`. "no": the goal was not reached, and the text below the table says why.
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
    ...(notes.length > 0 ? [notes.join('\n')] : []),
    `<sub>${machineText(machine).replace('\n', '; ')}</sub>`,
  ].join('\n\n');
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
