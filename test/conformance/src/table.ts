/**
 * Writes what the suite's last run found as Markdown, to stdout or between the markers of a file:
 * `node --conditions=kubefresh-source test/conformance/src/table.ts --write README.md`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { PATHS, type Path } from './driver.ts';
import { type CaseResult, type DriverResult, readResults } from './results.ts';
import { GROUPS, type Group } from './row.ts';

const BEGIN = '<!-- conformance:start -->';
const END = '<!-- conformance:end -->';

const HEADINGS: Record<Group, string> = {
  files: 'Files',
  tokens: 'Tokens',
  server: 'Server',
  tls: 'CA',
  process: 'Process',
};

function main([command, file]: readonly string[]): void {
  const results = readResults();
  const table = [render(results), '', ...renderExceptions(results)].join('\n');
  if (command !== '--write' || file === undefined) {
    console.log(table);
    return;
  }
  const text = readFileSync(file, 'utf8');
  const [before, rest] = cut(text, BEGIN, file);
  const [, after] = cut(rest, END, file);
  writeFileSync(file, `${before}${BEGIN}\n${table}\n${END}${after}`);
}

function render(results: readonly DriverResult[]): string {
  const clients = [...new Set(results.map(({ client }) => client))].sort();
  const header = ['Client', 'Path', ...GROUPS.map((group) => HEADINGS[group])];
  const lines = clients.flatMap((client) => rowsOf(client, results));
  return [`| ${header.join(' | ')} |`, `|${header.map(() => ' --- |').join('')}`, ...lines].join('\n');
}

/** A line for each path: how many cases passed of those that apply, with kubefresh, then in the client as it comes. */
function rowsOf(client: string, results: readonly DriverResult[]): string[] {
  const ours = casesOf(results, client, 'kubefresh');
  const stock = casesOf(results, client, 'stock');
  const applying = [...ours, ...stock].filter(({ outcome }) => outcome !== 'excepted');
  return PATHS.filter((path) => applying.some((result) => result.path === path)).map((path, index) => {
    const cells = GROUPS.map((group) => cell(ours, stock, path, group));
    return `| ${[index === 0 ? client : '', path, ...cells].join(' | ')} |`;
  });
}

function cell(ours: readonly CaseResult[], stock: readonly CaseResult[], path: Path, group: Group): string {
  const count = (cases: readonly CaseResult[]): string | undefined => {
    const applying = cases.filter(
      (result) => result.path === path && result.group === group && result.outcome !== 'excepted',
    );
    if (applying.length === 0) return undefined;
    return `${applying.filter(({ outcome }) => outcome === 'passed').length}/${applying.length}`;
  };
  const [kept, without] = [count(ours), count(stock)];
  if (kept === undefined && without === undefined) return '';
  return `**${kept ?? 'none'}**${without === undefined ? '' : ` (${without})`}`;
}

/** What cannot apply to a client with kubefresh, and why: folded away, since few ask. */
function renderExceptions(results: readonly DriverResult[]): string[] {
  const ours = results.filter(({ flavour }) => flavour === 'kubefresh');
  const lines = ours
    .toSorted((one, other) => one.client.localeCompare(other.client))
    .flatMap(({ client, cases }) => exceptionsOf(cases).map((cells) => `| ${[client, ...cells].join(' | ')} |`));
  const header = ['| Client | Rows of the fault table | Why they cannot apply |', '| --- | --- | --- |'];
  return ['<details><summary>What cannot apply, and why</summary>', '', ...header, ...lines, '', '</details>'];
}

/** A pair for each reason: what it takes away, the reason. */
function exceptionsOf(cases: readonly CaseResult[]): [string, string][] {
  const excepted = cases.filter(({ outcome }) => outcome === 'excepted');
  const reasons = [...new Set(excepted.map(({ reason = '' }) => reason))];
  return reasons.map((reason) => {
    const whole = PATHS.filter((path) =>
      cases.filter((each) => each.path === path).every((each) => each.reason === reason),
    );
    const rows = excepted.filter((each) => each.reason === reason && !whole.includes(each.path)).map(nameIn(cases));
    return [[...whole.map((path) => `all of ${path}`), ...new Set(rows)].join(', '), reason];
  });
}

/** The row's id, with the path where other cases of that row run, or cannot for another reason. */
function nameIn(cases: readonly CaseResult[]): (result: CaseResult) => string {
  return ({ row, path, reason }) => {
    const alike = cases.filter((each) => each.row === row).every((each) => each.reason === reason);
    return alike ? row : `${row} ${path}`;
  };
}

function casesOf(
  results: readonly DriverResult[],
  client: string,
  flavour: DriverResult['flavour'],
): readonly CaseResult[] {
  return results
    .filter((result) => result.client === client && result.flavour === flavour)
    .flatMap(({ cases }) => cases);
}

function cut(text: string, marker: string, file: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`${file} has no line ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

main(process.argv.slice(2));
