import { expect, test } from 'vitest';
import { type Bench, exactly, type Row } from '../src/bench.ts';
import { type Outcome, runBenches } from '../src/run-benches.ts';

const row: Row = { what: 'speed', unit: '', values: { kubefresh: exactly(1) } };
const benchThat = (run: Bench['run']) => async (): Promise<Bench> => ({ name: 'b', title: '', method: '', run });

test('a bench that fails, or cannot be loaded, is told, and the others run all the same', async () => {
  const load = new Map([
    ['breaks', benchThat(() => Promise.reject(new Error('no server')))],
    ['is missing', () => Promise.reject(new Error('no such file'))],
    ['runs', benchThat(async () => [row])],
  ]);
  const lines: string[] = [];
  const outcomes: Outcome[] = [];
  for await (const outcome of runBenches(load, { quick: true, minutes: 1 }, (line) => lines.push(line))) {
    outcomes.push(outcome);
  }
  expect(outcomes).toMatchObject([
    { name: 'breaks', error: { message: 'no server' } },
    { name: 'is missing', error: { message: 'no such file' } },
    { name: 'runs', rows: [row] },
  ]);
  expect(lines.map((line) => line.replace(/ [\d.:]+( UTC| s)$/u, ''))).toEqual([
    'bench 1 of 3, breaks: begins at',
    'bench 1 of 3, breaks: failed after',
    'bench 2 of 3, is missing: begins at',
    'bench 2 of 3, is missing: failed after',
    'bench 3 of 3, runs: begins at',
    'bench 3 of 3, runs: took',
  ]);
});
