import { describe, expect, it } from 'vitest';
import type { Figures } from '../src/count.ts';
import type { Snapshot } from '../src/observer.ts';
import { scenario } from '../src/scenario.ts';
import { frame } from '../src/view/frame.ts';
import { fit, span } from '../src/view/line.ts';
import { resultLines } from '../src/view/table.ts';

const well: Figures = {
  workload: 'kubefresh',
  requests: 100,
  failed: 0,
  neverSent: 0,
  madeGood: 2,
  longestOutage: 0,
  outageSince: undefined,
  rotationsUsed: 1,
  medianToUse: 30,
  errors: {},
  lastError: undefined,
  token: { jti: 'b', at: 9000, expiresAt: 17_000 },
};
const out: Figures = {
  ...well,
  workload: 'hand-rolled',
  failed: 60,
  neverSent: 10,
  madeGood: 0,
  longestOutage: 4000,
  outageSince: 7000,
  rotationsUsed: 0,
  medianToUse: undefined,
  errors: { 401: 50, ECONNRESET: 10 },
  lastError: '401',
  token: { jti: 'a', at: 0, expiresAt: 8000 },
};
const played = scenario(25);
const snapshot: Snapshot = {
  scenario: played,
  elapsed: 3000,
  now: 11_000,
  lanes: [out, well],
  rotations: 1,
  act: played.acts[0],
  next: played.acts[1],
};

const textOf = (lines: ReturnType<typeof frame>) => lines.map((line) => line.map(({ text }) => text).join(''));

describe('frame', () => {
  const lines = textOf(frame(snapshot));

  it('says what is going on and what comes next', () => {
    expect(lines).toContainEqual(expect.stringMatching(/^now +rotation +a new token lands/));
    expect(lines).toContainEqual(expect.stringMatching(/^next +rotation in 1.5 s$/));
  });

  it('shows each lane: calls, failures, the token against its life, the outage while it lasts', () => {
    expect(lines).toContainEqual(
      expect.stringMatching(/^hand-rolled +100 +60 +█{16} 11.0 s of 8.0 s +OUT 4.0 s +401$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^kubefresh +100 +0 +█{4}░{12} 2.0 s of 8.0 s +none$/));
  });
});

describe('resultLines', () => {
  const lines = textOf(resultLines(snapshot));

  it('has a row for each workload', () => {
    expect(lines).toContainEqual(expect.stringMatching(/hand-rolled │ +100 │ +60 │ 4.0 s, still out │ +0 of 1 │ +- │/));
    expect(lines).toContainEqual(expect.stringMatching(/kubefresh +│ +100 │ +0 │ +none │ +1 of 1 │ +30 ms │/));
  });

  it('says what the numbers hide', () => {
    expect(lines).toContain('  failed: 50 x 401, 10 x ECONNRESET');
    expect(lines).toContain('  of these never reached the server: 10');
    expect(lines).toContain('  refused by the server, sent again and good: 2');
  });
});

it('fit cuts a line at the edge of the terminal', () => {
  expect(fit([span('abc'), span('def', 'bad'), span('ghi')], 4)).toEqual([span('abc'), span('d', 'bad')]);
});
