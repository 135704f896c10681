import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../src/machine/lock.ts';
import { until } from '../src/machine/waiting.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubefresh-lock-'));
  file = join(directory, 'lock');
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What a lock may be found as: none, one of a process that ended, one of a full disk. */
const FOUND = { none: undefined, "a dead holder's": JSON.stringify({ pid: 1, startTime: 'another' }), empty: '' };

test.each(Object.entries(FOUND))('of ten that want it at once one has it at a time; found: %s', async (_, content) => {
  let inside = 0;
  const most: number[] = [];
  const work = async () => {
    inside += 1;
    most.push(inside);
    await turn();
    inside -= 1;
  };
  if (content !== undefined) writeFileSync(file, content);
  await Promise.all(Array.from({ length: 10 }, () => withLock(file, work)));
  expect(new Set(most)).toEqual(new Set([1]));
  expect(most).toHaveLength(10);
  expect(readdirSync(directory)).toEqual([]);
});

test('whoever waits is told for whom, and work that fails leaves no lock', async () => {
  let waiting: Promise<unknown> | undefined;
  const holders: number[] = [];
  await withLock(file, async () => {
    const second = withLock(
      file,
      () => Promise.reject(new Error('mine')),
      ({ pid }) => holders.push(pid),
    );
    waiting = second.catch((error: Error) => error.message);
    await until('the other to wait', () => holders.length > 0, { timeoutMs: 10_000 });
  });
  expect(await waiting).toBe('mine');
  expect(holders).toEqual([process.pid]);
  expect(readdirSync(directory)).toEqual([]);
});
