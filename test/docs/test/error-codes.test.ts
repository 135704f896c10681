import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ROOT, read } from '../src/markdown.ts';

/** The codes in the first column of a package's tables that begin with `prefix`. */
function listed(name: string, prefix: string): string[] {
  return [...read(`packages/${name}/README.md`).matchAll(/^\| `(\w+)` \|/gm)]
    .map(({ 1: code = '' }) => code)
    .filter((code) => code.startsWith(prefix));
}

it.each([
  { name: 'core', type: 'KubefreshErrorCode', prefix: 'ERR_KUBEFRESH_', one: 'ERR_KUBEFRESH_CLOSED' },
  {
    name: 'testing',
    type: 'TestingErrorCode',
    prefix: 'ERR_KUBEFRESH_TESTING_',
    one: 'ERR_KUBEFRESH_TESTING_CLOSED',
  },
])(
  'the table of error codes of $name has each code of its errors.ts, in its order, and no other',
  ({ name, type, prefix, one }) => {
    const union = read(`packages/${name}/src/errors.ts`).split(`type ${type} =\n`)[1]?.split(';')[0] ?? '';
    const codes = [...union.matchAll(/'(\w+)'/g)].map(({ 1: code = '' }) => code);
    expect(codes).toContain(one);
    expect(listed(name, prefix)).toEqual(codes);
  },
);

it('the table of warnings has each code that the packages warn with, and no other', () => {
  const args = ['grep', '--untracked', '-ohE', "'KUBEFRESH_[A-Z_]+'", '--', ':(glob)packages/*/src/**'];
  const lines = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  // Environment variables are told apart by how they are read.
  const codes = new Set(lines.map((line) => line.slice(1, -1)).filter((code) => code !== 'KUBEFRESH_ROOT'));
  expect(listed('core', 'KUBEFRESH_')).toEqual([...codes].sort());
});
