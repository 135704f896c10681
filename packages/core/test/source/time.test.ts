import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CredentialSource } from '../../src/source/types.ts';
import { volumeSource } from '../../src/source/volume-source.ts';
import { nextEvent } from '../support/await-event.ts';
import { makeToken } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordEvents } from '../support/record-events.ts';

const HOUR = 3_600_000;

let clock: ManualClock;
let volume: ProjectedVolume;
let source: CredentialSource;
beforeEach(() => {
  clock = new ManualClock(Date.parse('2026-05-01T12:00:00Z'));
  volume = createProjectedVolume({ files: { token: makeToken({ issuedAt: clock.now() }) } });
  source = volumeSource({ directory: volume.directory, caFile: false, namespaceFile: false, clock });
});
afterEach(async () => {
  await source.close();
  volume[Symbol.dispose]();
});

describe('P5: the wall clock', () => {
  test('jumps an hour forth and back: nothing expires early, nothing late, nothing is told', () => {
    const events = recordEvents(source);
    for (const jump of [HOUR, -HOUR, -HOUR, HOUR]) {
      clock.jump(jump);
      clock.advance(60_000);
      expect(source.status().state).toBe('fresh');
    }
    clock.jump(-HOUR);
    clock.advance(0.8 * 3_607_000 - 240_000 + 121_000);
    expect(source.status().state).toBe('stale');
    expect(events).toMatchObject({ stale: [{}], renewed: [], fault: [] });
  });

  test('slept for two hours, in which the monotonic one stood still: the new token is judged by the time of now', () => {
    const { stale } = recordEvents(source);
    clock.jump(2 * HOUR);
    volume.write({ token: makeToken({ issuedAt: clock.now() }) });
    clock.advance(10_000);
    expect(source.status()).toMatchObject({ state: 'fresh' });
    expect(stale).toEqual([]);
  });

  test('slept: the Date of the next response tells that the token has expired meanwhile', () => {
    clock.jump(2 * HOUR);
    source.observeDate?.(new Date(clock.now()).toUTCString());
    expect(source.status().state).toBe('expired');
  });

  test('is wrong while a token is taken, and the server’s Date is known: it does not count', () => {
    const { stale, fault } = recordEvents(source);
    source.observeDate?.(new Date(clock.now()).toUTCString());
    const issuedAt = clock.now();
    clock.jump(HOUR * 24);
    volume.write({ token: makeToken({ issuedAt }) });
    clock.advance(10_000);
    expect(source.current().generation).toBe(2);
    expect(source.status().state).toBe('fresh');
    expect([...stale, ...fault]).toEqual([]);
  });
});

describe('P5: the event loop is blocked for 5 s', () => {
  test('what fell due meanwhile is done once, and a change of meanwhile is seen at once', async () => {
    const eager = volumeSource({
      directory: volume.directory,
      caFile: false,
      namespaceFile: false,
      clock,
      pollInterval: 10,
    });
    const { renewed } = recordEvents(eager);
    eager.current();
    clock.block(2_500);
    volume.write({ token: makeToken({ issuedAt: clock.now() }) });
    clock.block(2_500);
    volume.write({ token: makeToken({ issuedAt: clock.now() }) });
    const schedule = vi.spyOn(clock, 'schedule');
    clock.advance(0);
    expect(renewed).toHaveLength(1);
    // The poll, once for the change and once for the next, not once for each of the 500 missed.
    expect(schedule.mock.calls.length).toBeLessThanOrEqual(3);
    await eager.close();
  });
});

describe('S11: the server’s clock', () => {
  test.each([-600_000, 600_000])('is %d ms off: the skew is told, and counts for states', async (skew) => {
    using skewed = createProjectedVolume({ files: { token: makeToken({ issuedAt: clock.now() + skew, life: 600 }) } });
    const names = { directory: skewed.directory, caFile: false, namespaceFile: false } as const;
    const client = volumeSource({ ...names, clock });
    const { fault } = recordEvents(client);
    expect(client.status()).toMatchObject({ skew: undefined, state: skew > 0 ? 'not-yet-valid' : 'expired' });
    client.observeDate?.(new Date(clock.now() + skew).toUTCString());
    expect(Math.abs((client.status().skew ?? 0) - skew)).toBeLessThanOrEqual(500);
    expect(client.status().state).toBe('fresh');
    skewed.write({ token: makeToken({ issuedAt: clock.now() + skew, life: 600 }) });
    clock.advance(10);
    expect(client.current().generation).toBe(2);
    expect(client.status().state).toBe('fresh');
    expect(fault).toEqual([]);
    await client.close();
  });

  test('is asked once in 10 s, and what is no date is passed over', () => {
    source.observeDate?.('yesterday, about noon');
    expect(source.status().skew).toBeUndefined();
    source.observeDate?.(new Date(clock.now()).toUTCString());
    const first = source.status().skew;
    clock.advance(9_999);
    source.observeDate?.(new Date(clock.now() + HOUR).toUTCString());
    expect(source.status().skew).toBe(first);
    clock.advance(1);
    source.observeDate?.(new Date(clock.now() + HOUR).toUTCString());
    expect(source.status().skew).toBeGreaterThan(HOUR - 1_000);
  });

  test('is heard with a 401, too', () => {
    const date = new Date(clock.now() + HOUR).toUTCString();
    void source.rejected(source.current(), { status: 401, origin: 'https://10.96.0.1', sentAt: 0, date });
    expect(source.status().skew).toBeGreaterThan(HOUR - 1_000);
  });
});

describe('P7: fake timers and a mocked Date in the user’s test', () => {
  afterEach(() => vi.useRealTimers());

  test.each([0, Date.parse('2100-01-01T00:00:00Z')])(
    'at %d: none of ours is among them, and no token looks old or new',
    async (now) => {
      vi.useFakeTimers({ now, toFake: ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'performance', 'hrtime'] });
      using real = createProjectedVolume({ files: { token: makeToken({ issuedAt: realNow() }) } });
      await using fresh = volumeSource({
        directory: real.directory,
        pollInterval: 20,
        caFile: false,
        namespaceFile: false,
      });
      const { stale, fault } = recordEvents(fresh);
      expect(fresh.status()).toMatchObject({ state: 'fresh', lastFault: undefined });
      const before = vi.getTimerCount();
      fresh.current();
      expect(vi.getTimerCount()).toBe(before);
      for (let rotation = 0; rotation < 5; rotation += 1) {
        const renewed = nextEvent(fresh, 'renewed');
        real.write({ token: makeToken({ issuedAt: realNow() }) });
        await renewed;
      }
      vi.advanceTimersByTime(HOUR * 24);
      vi.runAllTimers();
      expect(fresh.status().state).toBe('fresh');
      expect([...stale, ...fault]).toEqual([]);
      void fresh.rejected(fresh.current(), { status: 401, origin: '', sentAt: 0 });
      expect(vi.getTimerCount()).toBeLessThanOrEqual(before);
    },
  );
});

const timeOrigin = performance.timeOrigin;
const monotonic = performance.now.bind(performance);
function realNow(): number {
  return timeOrigin + monotonic();
}
