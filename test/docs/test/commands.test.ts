import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { markdownFiles, ROOT, read } from '../src/markdown.ts';

const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
}).split('\n');

/** Those `pnpm` commands of a text that name no script, or a path with which no file begins. */
function wrongCommands(text: string): string[] {
  const commands = [...text.matchAll(/pnpm (?:exec )?([a-z][a-z:]*)((?: [^\s`#;&|)]+)*)/g)];
  return commands
    .filter(([command, name = '', args = '']) => {
      const known = command.startsWith('pnpm exec') || scripts.includes(name);
      const paths = args.split(' ').filter((arg) => /^(packages|test|examples)\//.test(arg));
      return !known || paths.some((path) => !files.some((file) => file.startsWith(path)));
    })
    .map(([command]) => command);
}

it.each(markdownFiles())('the commands of %s can be run', (path) => {
  const code = read(path).match(/`[^`\n]+`|^```\n?.*?^```$|^ {4}.*$/gms) ?? [];
  expect(wrongCommands(code.join('\n'))).toEqual([]);
});

it('a command that cannot be run is found', () => {
  const text = 'pnpm demo; pnpm demos; pnpm test packages/core/test/source; pnpm test packages/core/test/sources -t P1';
  expect(wrongCommands(text)).toEqual(['pnpm demos', 'pnpm test packages/core/test/sources -t P1']);
});
