import { expect, it } from 'vitest';
import { faults } from '../src/faults/all.ts';
import { faultNamed, scenario } from '../src/scenario.ts';

it.each([5, 6, 25, 60, 600])('a run of %d s plays every fault, in time and in order', (seconds) => {
  const { acts } = scenario(seconds);
  expect(new Set(acts.map(({ fault }) => fault))).toEqual(new Set(faults));
  expect(acts.map(({ at }) => at)).toEqual(acts.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(acts.every(({ at }) => at > 0 && at < seconds * 1000)).toBe(true);
});

it('a token outlives the longest time between two landings', () => {
  for (const seconds of [5, 25, 37, 600]) {
    const { acts, lifetimeSeconds } = scenario(seconds);
    const landings = [0, ...acts.filter(({ fault }) => fault.name !== 'ca-rotation').map(({ at }) => at)];
    const gaps = landings.map((at, index) => (landings[index + 1] ?? seconds * 1000) - at);
    expect(lifetimeSeconds * 1000).toBeGreaterThan(Math.max(...gaps));
  }
});

it('one fault alone is played once, and no token expires meanwhile', () => {
  const { acts, lifetimeSeconds } = scenario(20, faultNamed('emptied-file'));
  expect(acts.map(({ fault }) => fault.name)).toEqual(['emptied-file']);
  expect(lifetimeSeconds).toBeGreaterThan(20);
});
