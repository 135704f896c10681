import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ROOT, read } from '../src/markdown.ts';

const readme = read('packages/core/README.md');

/** The codes in the first column of the tables that begin with `prefix`. */
function listed(prefix: string): string[] {
  return [...readme.matchAll(/^\| `(\w+)` \|/gm)]
    .map(({ 1: code = '' }) => code)
    .filter((code) => code.startsWith(prefix));
}

it('the table of error codes has each code of errors.ts, in its order, and no other', () => {
  const union = /type KubefreshErrorCode =\n(.*?);/s.exec(read('packages/core/src/errors.ts'))?.[1] ?? '';
  const codes = [...union.matchAll(/'(\w+)'/g)].map(({ 1: code = '' }) => code);
  expect(codes).toContain('ERR_KUBEFRESH_CLOSED');
  expect(listed('ERR_KUBEFRESH_')).toEqual(codes);
});

it('the table of warnings has each code that the packages warn with, and no other', () => {
  const args = ['grep', '--untracked', '-ohE', "'KUBEFRESH_[A-Z_]+'", '--', ':(glob)packages/*/src/**'];
  const lines = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  // Environment variables are told apart by how they are read.
  const codes = new Set(lines.map((line) => line.slice(1, -1)).filter((code) => code !== 'KUBEFRESH_ROOT'));
  expect(listed('KUBEFRESH_')).toEqual([...codes].sort());
});
