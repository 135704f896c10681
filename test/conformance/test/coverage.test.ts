import { expect, test } from 'vitest';
import { DRIVER_IDS, driverOf } from '../src/child/drivers.ts';
import { PATHS } from '../src/driver.ts';
import { rows } from '../src/rows/index.ts';

/** The ids of the fault table, group by group, by their last number. */
const LAST = { F: 16, T: 7, S: 15, C: 3, P: 9 };
const ids = Object.entries(LAST).flatMap(([group, last]) =>
  Array.from({ length: last + 1 }, (_, number) => `${group}${number}`),
);
/** Only the tokens are counted from zero. */
const faultTable = ids.filter((id) => id === 'T0' || !id.endsWith('0') || id.length === 3);

test('each row of the fault table is a case', () => {
  const covered = new Set(rows.map(({ id }) => id));
  expect(faultTable.filter((id) => !covered.has(id))).toEqual([]);
  expect([...covered].filter((id) => !faultTable.includes(id))).toEqual([]);
});

test.each(DRIVER_IDS)('%s has each path, or says why not; what it excepts exists', async (id) => {
  const { paths, lacks, except = {} } = await driverOf(id);
  expect(PATHS.filter((path) => !paths.includes(path) && lacks[path] === undefined)).toEqual([]);
  const known = new Set(rows.flatMap((row) => [row.id, ...row.paths.map((path) => `${row.id}/${path}`)]));
  expect(Object.keys(except).filter((key) => !known.has(key))).toEqual([]);
});
