import { describe, expect, test } from 'vitest';
import type { Row } from '../src/bench.ts';
import type { SoakSample } from '../src/children/soak-client.ts';
import { floors } from '../src/floors.ts';
import { growthRows } from '../src/soak/growth.ts';
import { judge } from '../src/verdict.ts';

const SAMPLES = 50;
/** Between the medians of the second fifth and the last lie three fifths. */
const BETWEEN = 30;

/** What each further sample has more. */
type Leak = Partial<Pick<SoakSample, 'memory' | 'heap' | 'listeners' | 'handles'>>;

const sampleAt = (index: number, leak: Leak): SoakSample => ({
  memory: 230 + (leak.memory ?? 0) * index,
  heap: 120 + (leak.heap ?? 0) * index,
  heapTotal: 90,
  external: 35,
  native: 105 + (leak.memory ?? 0) * index,
  handles: 1 + (leak.handles ?? 0) * index,
  listeners: 12 + (leak.listeners ?? 0) * index,
  census: { timers: 11, sockets: 4, signals: 2, tokens: 2 },
  sent: index * 2_400,
  failures: [],
});
const rowsWith = (ours: Leak, bare: Leak = {}) =>
  growthRows(
    Array.from({ length: SAMPLES }, (_, index) => ({ ours: sampleAt(index, ours), bare: sampleAt(index, bare) })),
  );
const growthIn = (rows: readonly Row[], what: string) =>
  rows.find((row) => row.what === what)?.values['growth']?.median;
const brokenBy = (rows: readonly Row[]) =>
  judge('soak', rows, floors, { quick: false })
    .filter(({ keepsFloor, floor }) => !keepsFloor && floor.what !== 'failed otherwise')
    .map(({ floor }) => floor.what);

describe('the verdict of a soak', () => {
  test('has nothing against what stays', () => {
    expect(brokenBy(rowsWith({}))).toEqual([]);
  });

  test('has nothing against native memory that the bare peer takes as well, and shows both', () => {
    const rows = rowsWith({ memory: 0.5 }, { memory: 0.4 });
    expect(growthIn(rows, 'resident memory')).toBeCloseTo(0.5 * BETWEEN);
    expect(growthIn(rows, 'resident memory, less the bare peer')).toBeCloseTo(0.1 * BETWEEN);
    expect(brokenBy(rows)).toEqual([]);
  });

  test('fails for native memory that only ours takes', () => {
    expect(brokenBy(rowsWith({ memory: 0.5 }))).toEqual(['resident memory, less the bare peer']);
  });

  test('fails for a kilobyte a request', () => {
    // 2,400 requests lie between two samples of ten minutes.
    expect(brokenBy(rowsWith({ heap: 2.4 }))).toEqual(['heap']);
  });

  test('fails for a listener a rotation', () => {
    // 12 rotations lie between two samples of ten minutes.
    expect(brokenBy(rowsWith({ listeners: 12 }))).toEqual(['listeners']);
  });
});
