import { expect, test } from 'vitest';
import { parseArguments } from '../src/arguments.ts';

test('an unknown bench is named, with those that there are', () => {
  expect(() => parseArguments(['nonsense'], ['import'])).toThrow(/no bench 'nonsense'.*import/);
});

test('what claims nothing is not written, and a soak lasts a while', () => {
  expect(() => parseArguments(['--quick', '--write'], [])).toThrow(/quick/);
  expect(parseArguments(['--quick', '--write', '--to', 'file'], [])).toMatchObject({ to: 'file' });
  expect(() => parseArguments(['--minutes', 'ten'], [])).toThrow(/--minutes.*'ten'/);
  expect(() => parseArguments(['--minutes', '0'], [])).toThrow(/--minutes/);
});

test('names and flags are read', () => {
  const told = parseArguments(['import', '--json', '--minutes', '0.5', '--no-build'], ['import']);
  expect(told).toMatchObject({ names: ['import'], json: true, quick: false, minutes: 0.5, build: false });
  expect(parseArguments([], [])).toMatchObject({ minutes: 10, build: true, check: false });
});
