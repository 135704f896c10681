import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimerQueue } from '../../src/mint/timer-queue.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('TimerQueue', () => {
  test('fires each timer once, in order of time, whatever was cancelled, on one timer of the clock', () => {
    const timers = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 5_000 }), cancelled: fc.boolean() }));
    fc.assert(
      fc.property(timers, (plan) => {
        const clock = new ManualClock();
        const queue = new TimerQueue(clock);
        const fired: number[] = [];
        const cancels = plan.map(({ ms }) =>
          queue.schedule(() => {
            expect(clock.monotonic()).toBe(ms);
            fired.push(ms);
          }, ms),
        );
        for (const [index, { cancelled }] of plan.entries()) if (cancelled) cancels[index]?.();
        const expected = plan.filter(({ cancelled }) => !cancelled).map(({ ms }) => ms);
        expect(queue.size).toBe(expected.length);
        expect(clock.armed.all).toBe(Math.min(expected.length, 1));
        clock.advance(5_000);
        expect(fired).toEqual(expected.sort((a, b) => a - b));
        expect(clock.armed.all).toBe(0);
      }),
    );
  });

  test('holds the process as long as one of its timers does', () => {
    const clock = new ManualClock();
    const queue = new TimerQueue(clock);
    queue.schedule(() => {}, 10);
    const cancel = queue.schedule(() => {}, 20, { hold: true });
    expect(clock.armed).toEqual({ all: 1, holding: 1 });
    cancel();
    cancel();
    expect(clock.armed).toEqual({ all: 1, holding: 0 });
  });

  test('a callback that throws takes no other with it', () => {
    const clock = new ManualClock();
    const queue = new TimerQueue(clock);
    let fired = 0;
    queue.schedule(() => {
      throw new Error('broken');
    }, 10);
    queue.schedule(() => {
      fired += 1;
    }, 10);
    expect(() => clock.advance(10)).toThrow('broken');
    clock.advance(1);
    expect(fired).toBe(1);
  });

  test('cancelled timers do not pile up', () => {
    const clock = new ManualClock();
    const queue = new TimerQueue(clock);
    for (let index = 0; index < 10_000; index += 1) queue.schedule(() => {}, 1_000_000)();
    expect(queue.size).toBe(0);
    expect(clock.armed.all).toBe(0);
  });
});
