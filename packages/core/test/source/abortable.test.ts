import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { abortable } from '../../src/source/abortable.ts';

function wait(signal: AbortSignal) {
  let resolve = (_: string): void => {};
  const promise = abortable<string>(signal, (announce) => {
    resolve = announce;
    return undefined;
  });
  return { promise, resolve: (value: string) => resolve(value) };
}

const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

test('all who wait with one signal have one listener on it, and none once nobody waits', async () => {
  const { signal } = new AbortController();
  const waits = [wait(signal), wait(signal), wait(signal)];
  expect(listenersOf(signal)).toBe(1);
  for (const each of waits) each.resolve('here');
  expect(await Promise.all(waits.map(({ promise }) => promise))).toEqual(['here', 'here', 'here']);
  expect(listenersOf(signal)).toBe(0);
  const later = wait(signal);
  expect(listenersOf(signal)).toBe(1);
  later.resolve('here again');
  expect(await later.promise).toBe('here again');
});

test('an abort ends all waits that are left, with its reason, and leaves nothing', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const [over, first, second] = [wait(signal), wait(signal), wait(signal)];
  over.resolve('here');
  controller.abort(new Error('shutting down'));
  expect(await over.promise).toBe('here');
  await expect(first.promise).rejects.toThrow('shutting down');
  await expect(second.promise).rejects.toThrow('shutting down');
  await expect(wait(signal).promise).rejects.toThrow('shutting down');
  expect(listenersOf(signal)).toBe(0);
});
