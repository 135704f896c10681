import { createInterface } from 'node:readline';
import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { volumeSource } from '../../src/source/volume-source.ts';
import { nextEvent } from '../support/await-event.ts';
import { ended, runChild, startChild } from '../support/child.ts';
import { makeToken } from '../support/make-token.ts';

let volume: ProjectedVolume;
beforeEach(() => {
  volume = createProjectedVolume({ files: { token: makeToken({ jti: 'first' }) } });
});
afterEach(() => volume[Symbol.dispose]());

describe('P1: a program that is done', () => {
  test('ends by itself, with sources still open and watching', async () => {
    const { code, stdout, stderr } = await runChild('open-and-end.ts', { args: [volume.root] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(['fresh', 'empty']);
  });

  test('is not done while it waits for the first token', async () => {
    volume.remove();
    const child = startChild('wait-until-ready.ts', { args: [volume.directory] });
    child.stdin?.end();
    const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
    expect(await lines.next()).toMatchObject({ value: 'waiting' });
    // It would have ended, with code 13, before this process has got around to it.
    volume.recreate();
    expect(await lines.next()).toMatchObject({ value: '[Token jti=first]' });
    expect(await ended(child)).toMatchObject({ code: 0, stderr: '' });
  });
});

test('P8: inCluster() a thousand times, never closed: one watcher, no more timers, one credential', async () => {
  const { stdout, stderr } = await runChild('open-a-thousand.ts', { args: [volume.root] });
  const { one, thousand, timersForAll, credentials } = JSON.parse(stdout || stderr);
  expect(one.watches).toBeGreaterThan(0);
  expect(thousand).toEqual(one);
  // The step of the clock that looks on use go by, at most each 10 ms.
  expect(timersForAll).toBeLessThan(100);
  expect(credentials).toBe(1);
});

test('P6: 16 volumes are ready at once, and each follows its own', async () => {
  const volumes = Array.from({ length: 16 }, (_, index) =>
    createProjectedVolume({ files: { token: makeToken({ jti: `first-${index}` }) } }),
  );
  const sources = volumes.map(({ directory }) => volumeSource({ directory, caFile: false, namespaceFile: false }));
  expect(sources.map((source) => source.current().token.claims?.jti)).toEqual(
    volumes.map((_, index) => `first-${index}`),
  );
  const renewed = sources.map((source) => nextEvent(source, 'renewed'));
  for (const [index, each] of volumes.entries()) each.write({ token: makeToken({ jti: `second-${index}` }) });
  const events = await Promise.all(renewed);
  expect(events.map(({ credential }) => credential.token.claims?.jti)).toEqual(
    volumes.map((_, index) => `second-${index}`),
  );
  await Promise.all(sources.map((source) => source.close()));
  for (const each of volumes) each[Symbol.dispose]();
});

test('CommonJS: require() of the package works', async () => {
  const { code, stdout, stderr } = await runChild('require-core.cjs');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { names, token, isError } = JSON.parse(stdout);
  expect(names).toEqual(
    expect.arrayContaining(['inCluster', 'volumeSource', 'parseToken', 'lifetime', 'tokenProvider']),
  );
  expect(token).toBe('[Token opaque]');
  expect(isError).toBe(true);
});
