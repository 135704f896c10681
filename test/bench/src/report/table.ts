import type { Row } from '../bench.ts';
import type { Interval } from '../statistics.ts';
import { type Floor, floorOf, showBound, type Verdict } from '../verdict.ts';

/** Rows of equal length, the first the heading. */
export type Table = readonly (readonly string[])[];

/** The results of a bench as a table; a column for which no row has anything is left out. */
export function tableOf(rows: readonly Row[], verdicts: readonly Verdict[]): Table {
  const subjects = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const heading = ['', 'unit', ...subjects, 'ratio [95 %]', 'A/A', 'goal', 'reached'];
  const lines = rows.map((row) => {
    const own = verdicts.filter(({ floor }) => floor.what === row.what);
    return [
      row.what,
      row.unit,
      ...subjects.map((subject) => showValue(row.values[subject])),
      showRatio(row.ratio),
      showRatio(row.control),
      own.map(({ floor }) => showGoal(floor)).join(', '),
      own.map(({ reachesGoal, keepsFloor }) => (reachesGoal ? 'yes' : keepsFloor ? 'no' : 'NO')).join(', '),
    ];
  });
  const used = heading.map((_, column) => column < 2 || lines.some((line) => line[column] !== ''));
  return [heading, ...lines].map((line) => line.filter((_, column) => used[column]));
}

/** Three digits that count: more would be noise. */
export function showNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && Math.abs(value) < 0.001) return '<0.001';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return Number.isInteger(value) ? String(value) : value.toFixed(digits);
}

function showValue(value: Interval | undefined): string {
  if (value === undefined) return '';
  const { low, median, high } = value;
  if (low === high) return showNumber(median);
  return `${showNumber(median)} (${showNumber(low)}-${showNumber(high)})`;
}

function showRatio(ratio: Interval | undefined): string {
  if (ratio === undefined) return '';
  const [low, median, high] = [ratio.low, ratio.median, ratio.high].map((value) =>
    value.toFixed(ratio.median < 10 ? 3 : 1),
  );
  return `${median} [${low}-${high}]`;
}

function showGoal(floor: Floor): string {
  const { goal, figure, lowered } = floor;
  const bound = lowered === undefined ? showBound(goal) : `${showBound(goal)} (floor ${showBound(floorOf(floor))})`;
  return figure === 'ours' ? bound : `${figure} ${bound}`;
}
