import { createAgent } from '@kubefresh/core/https';
import { bearer, createDispatcher } from '@kubefresh/core/undici';
import { expect, test } from 'vitest';
import { FakeSource } from './fakes.ts';

const good = { source: new FakeSource().whole, origins: ['https://10.0.0.1'] };

const BAD: readonly (readonly [option: string, value: unknown])[] = [
  ['startupWait', Number.NaN],
  ['startupWait', -1],
  ['startupWait', '5'],
  ['maxReplayBytes', Number.NaN],
  ['maxReplayBytes', -1],
  ['ca', Buffer.from('a Buffer')],
  ['source', undefined],
  ['source', {}],
  ['origins', []],
  ['origins', 'https://10.0.0.1'],
];

function mistake(option: string) {
  return expect.objectContaining({ code: 'ERR_KUBEFRESH_INVALID_OPTION', option });
}

test.each(BAD)('createDispatcher() refuses %s: %s', (option, value) => {
  expect(() => createDispatcher({ ...good, [option]: value })).toThrow(mistake(option));
});

test.each(BAD.filter(([option]) => !['startupWait', 'maxReplayBytes'].includes(option)))(
  'createAgent() refuses %s: %s',
  (option, value) => {
    expect(() => createAgent({ ...good, [option]: value })).toThrow(mistake(option));
  },
);

test('bearer() refuses what is no source, and a negative number of bytes', () => {
  const { source, origins } = good;
  expect(() => bearer({} as typeof source, { origins })).toThrow(mistake('source'));
  expect(() => bearer(source, { origins, maxReplayBytes: -1 })).toThrow(mistake('maxReplayBytes'));
});

test('0 and Infinity are amounts', async () => {
  for (const amount of [0, Number.POSITIVE_INFINITY]) {
    await createDispatcher({ ...good, startupWait: amount, maxReplayBytes: amount }).close();
  }
});
