import { describe, expect, test } from 'vitest';
import { CoarseClock, systemClock } from '../../src/clock.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('the clock of the machine', () => {
  test('fires once, and not when it was cancelled, before or after', async () => {
    const fired: string[] = [];
    const cancelled = systemClock.schedule(() => fired.push('cancelled'), 1, { hold: true });
    cancelled();
    cancelled();
    await new Promise<void>((resolve) => {
      const late = systemClock.schedule(
        () => {
          fired.push('fired');
          late();
          resolve();
        },
        2,
        { hold: true },
      );
    });
    expect(fired).toEqual(['fired']);
  });

  test('takes what Node would fire at once, with a warning, for very long', async () => {
    const warnings: unknown[] = [];
    const listener = (warning: Error) => warnings.push(warning.name);
    process.on('warning', listener);
    const cancels = [2 ** 31, Number.POSITIVE_INFINITY].map((ms) =>
      systemClock.schedule(() => expect.unreachable(), ms),
    );
    await new Promise<void>((resolve) => systemClock.schedule(resolve, 5, { hold: true }));
    process.off('warning', listener);
    for (const cancel of cancels) cancel();
    expect(warnings).toEqual([]);
  });
});

test('a coarse clock reads the real one once a step, stops with stop(), and goes on after', () => {
  const clock = new ManualClock();
  const coarse = new CoarseClock(clock, 10);
  const start = coarse.monotonic();
  clock.advance(9);
  expect(coarse.monotonic()).toBe(start);
  expect(clock.armed).toEqual({ all: 1, holding: 0 });
  clock.advance(1);
  // Nobody asks: no timer.
  expect(clock.armed.all).toBe(0);
  expect(coarse.monotonic()).toBe(start + 10);
  coarse.stop();
  expect(clock.armed.all).toBe(0);
  clock.advance(3);
  expect(coarse.monotonic()).toBe(start + 13);
});
