import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CredentialUnavailableError } from '../../src/errors.ts';
import { tokenProvider } from '../../src/source/token-provider.ts';
import type { CredentialSource } from '../../src/source/types.ts';
import { volumeSource } from '../../src/source/volume-source.ts';
import { makeToken } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordEvents } from '../support/record-events.ts';

let clock: ManualClock;
let volume: ProjectedVolume;
let source: CredentialSource;
beforeEach(() => {
  clock = new ManualClock(Date.now());
  volume = createProjectedVolume();
  source = volumeSource({ directory: volume.directory, clock });
});
afterEach(async () => {
  await source.close();
  volume[Symbol.dispose]();
});

describe('ready()', () => {
  test('looks ten times a second and holds the process while it waits, and neither after', async () => {
    expect(clock.armed).toEqual({ all: 1, holding: 0 });
    const ready = source.ready();
    expect(clock.armed.holding).toBe(1);
    clock.advance(1_000);
    const token = makeToken();
    volume.write({ token });
    clock.advance(100);
    expect((await ready).token.reveal()).toBe(token);
    expect(clock.armed.holding).toBe(0);
  });

  test('given up, it holds nothing', async () => {
    const abort = new AbortController();
    const ready = source.ready({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(ready).rejects.toThrow('enough');
    expect(clock.armed.holding).toBe(0);
    await expect(source.ready({ signal: abort.signal })).rejects.toThrow('enough');
  });

  test('P4: one of 100 waiting callers aborts; 99 get the credential of the one read, and no warning comes of so many', async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error) => warnings.push(warning);
    process.on('warning', listener);
    const { renewed } = recordEvents(source);
    const abort = new AbortController();
    const waits = Array.from({ length: 100 }, (_, caller) =>
      source.ready(caller === 50 ? { signal: abort.signal } : {}),
    );
    const settled = Promise.allSettled(waits);
    abort.abort();
    volume.write({ token: makeToken() });
    await clock.pass(100);
    const results = await settled;
    process.off('warning', listener);
    const credentials = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(credentials).toHaveLength(99);
    expect(new Set(credentials).size).toBe(1);
    expect(results[50]).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    expect(renewed).toHaveLength(1);
    expect(warnings).toEqual([]);
  });
});

describe('renew()', () => {
  test('reads now, with the reason given; callers of the same turn share the read', async () => {
    const { renewed } = recordEvents(source);
    const token = makeToken();
    volume.write({ token });
    const [one, two] = await Promise.all([source.renew({ reason: 'by hand' }), source.renew()]);
    expect(one).toBe(two);
    expect(one.token.reveal()).toBe(token);
    expect(renewed).toMatchObject([{ reason: 'by hand', previous: undefined }]);
    expect(await source.renew()).toBe(one);
    expect(renewed).toHaveLength(1);
  });

  test('takes no older token: nothing was refused', async () => {
    const token = makeToken();
    volume.write({ token });
    await source.renew();
    volume.write({ token: makeToken({ issuedAt: Date.now() - 60_000 }) });
    expect((await source.renew()).token.reveal()).toBe(token);
  });

  test('finds nothing: that is said; an aborted caller gets the reason, the others what there is', async () => {
    await expect(source.renew()).rejects.toBeInstanceOf(CredentialUnavailableError);
    volume.write({ token: makeToken() });
    const abort = new AbortController();
    const aborted = source.renew({ signal: abort.signal });
    const other = source.renew();
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    expect((await other).generation).toBe(1);
  });
});

test('generations count the changes, and only those', () => {
  const seen: number[] = [];
  for (const files of [
    { token: makeToken() },
    { 'ca.crt': 'none' },
    { namespace: 'one' },
    { namespace: 'one', other: 'file' },
    { token: makeToken() },
  ]) {
    volume.write(files);
    clock.advance(10);
    seen.push(source.current().generation);
  }
  expect(seen).toEqual([1, 1, 2, 2, 3]);
  expect(source.status()).toMatchObject({ generation: 3, age: 0 });
});

test('tokenProvider gives the text of now, and says when there is none', () => {
  const provide = tokenProvider(source);
  expect(provide).toThrow(CredentialUnavailableError);
  for (let rotation = 0; rotation < 3; rotation += 1) {
    const token = makeToken();
    volume.write({ token });
    clock.advance(10);
    expect(provide()).toBe(token);
  }
});
