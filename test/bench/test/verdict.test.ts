import { describe, expect, test } from 'vitest';
import { type Bench, exactly, type Row } from '../src/bench.ts';
import { benches } from '../src/benches/index.ts';
import { floors } from '../src/floors.ts';
import { sectionOf } from '../src/report/markdown.ts';
import { brokenText } from '../src/report/text.ts';
import { atLeast, atMost, type Floor, judge } from '../src/verdict.ts';

const WHOLE = { quick: false };
const row = (ours: number, ratio?: Row['ratio']): Row => ({
  what: 'speed',
  unit: '',
  values: { kubefresh: exactly(ours), bare: exactly(1) },
  ...(ratio && { ratio }),
});
const floor = (part: Partial<Floor>): Floor => ({
  bench: 'b',
  what: 'speed',
  figure: 'ours',
  goal: atMost(10),
  ...part,
});
const verdictOf = (part: Partial<Floor>, ...rows: Row[]) => {
  const [verdict] = judge('b', rows, [floor(part)], WHOLE);
  if (verdict === undefined) throw new Error('There is no verdict.');
  return verdict;
};

describe('a floor', () => {
  test('is the goal itself, and the goal itself keeps it', () => {
    expect(verdictOf({}, row(10))).toMatchObject({ value: 10, reachesGoal: true, keepsFloor: true });
    expect(verdictOf({}, row(10.01))).toMatchObject({ reachesGoal: false, keepsFloor: false });
    expect(verdictOf({ goal: atLeast(10) }, row(9.99))).toMatchObject({ reachesGoal: false, keepsFloor: false });
    expect(verdictOf({ goal: atLeast(10) }, row(10))).toMatchObject({ reachesGoal: true, keepsFloor: true });
  });

  test('that was lowered is kept without the goal being reached', () => {
    const lowered = { to: atMost(20), because: 'physics' };
    expect(verdictOf({ lowered }, row(20))).toMatchObject({ reachesGoal: false, keepsFloor: true });
    expect(verdictOf({ lowered }, row(21))).toMatchObject({ reachesGoal: false, keepsFloor: false });
    expect(verdictOf({ lowered }, row(10))).toMatchObject({ reachesGoal: true, keepsFloor: true });
  });

  test('of a ratio looks at its median, of a reach at the end of its interval', () => {
    const ratio = { low: 0.9, median: 0.95, high: 0.98 };
    const goal = atLeast(0.97);
    expect(verdictOf({ figure: 'ratio', goal }, row(1, ratio))).toMatchObject({ value: 0.95, keepsFloor: false });
    expect(verdictOf({ figure: 'reach', goal }, row(1, ratio))).toMatchObject({ value: 0.98, keepsFloor: true });
    expect(verdictOf({ figure: 'ratio', goal }, row(1)).keepsFloor).toBe(false);
  });

  test('that nobody measures is broken, and says so', () => {
    const verdict = verdictOf({});
    expect(verdict.keepsFloor).toBe(false);
    expect(brokenText(verdict)).toBe('b: speed (ours) was not measured; it is to be at most 10.');
    expect(brokenText(verdictOf({}, row(11)))).toBe('b: speed (ours) is 11; it is to be at most 10.');
  });

  test('of a whole run is left out of a quick one', () => {
    const list = [floor({ wholeRunOnly: true })];
    expect(judge('b', [], list, { quick: true })).toEqual([]);
    expect(judge('b', [], list, WHOLE)).toHaveLength(1);
  });
});

test('the reason for a missed goal stands below the table, once for all that share it', () => {
  const lowered = { to: atMost(20), because: 'a syscall takes that long.' };
  const rows = ['one', 'two', 'three'].map((what, index) => ({ ...row(index === 2 ? 5 : 15), what }));
  const list = rows.map(({ what }) => floor({ what, lowered }));
  const bench: Bench = { name: 'b', title: 'Title', method: 'Method.', run: async () => rows };
  const machine = { date: '', cpu: '', system: '', load: 0, node: '', versions: {} };
  const section = sectionOf(bench, rows, judge('b', rows, list, WHOLE), machine);
  expect(section).toContain('- Missed by one; two: a syscall takes that long.');
  expect(section).toContain('<= 10 (floor <= 20)');
});

test('every floor is of a bench that there is, and stands once', () => {
  expect(floors.filter(({ bench }) => !(bench in benches))).toEqual([]);
  const keys = floors.map(({ bench, what, figure }) => `${bench}: ${what} (${figure})`);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  expect(Object.keys(benches).filter((name) => !floors.some(({ bench }) => bench === name))).toEqual([]);
});
