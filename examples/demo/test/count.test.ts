import type { JournalEntry } from '@kubefresh/testing';
import { describe, expect, it } from 'vitest';
import type { Call } from '../src/call.ts';
import { byCall, figuresOf } from '../src/count.ts';
import type { Landing } from '../src/stage.ts';

/** What a test says of a call: when it began and ended, what it was told, and the answers the server gave. */
interface Told {
  readonly from: number;
  readonly to?: number;
  readonly kind?: Call['kind'];
  readonly error?: string;
  readonly answers?: readonly (readonly [status: number, jti: string, time?: number])[];
}

function figures(told: readonly Told[], { now = 10_000, landings = [] as readonly Landing[] } = {}) {
  const calls = told.map(
    ({ from, to, kind = 'list', error }, index): Call => ({
      id: `lane-${index}`,
      workload: 'lane',
      kind,
      startedAt: from,
      ...(to !== undefined && { endedAt: to }),
      ...(error !== undefined && { error }),
    }),
  );
  const journal = told.flatMap(({ from, answers = [] }, index) =>
    answers.map(
      ([status, jti, time = from]) =>
        ({ status, jti, time, query: new URLSearchParams({ call: `lane-${index}` }) }) as JournalEntry,
    ),
  );
  const foreign = { status: 500, jti: 'a', time: 0, query: new URLSearchParams({ call: 'other-0' }) } as JournalEntry;
  return figuresOf('lane', { calls, requests: byCall([foreign, ...journal]), landings, now });
}

const landing = (jti: string, at: number): Landing => ({ jti, at, expiresAt: at + 5000 });

describe('figuresOf', () => {
  it('counts calls, not the requests they took: a refused request that was sent again is no failure', () => {
    const counted = figures([
      { from: 0, to: 10, answers: [[200, 'a']] },
      {
        from: 50,
        to: 70,
        answers: [
          [401, 'a'],
          [200, 'b'],
        ],
      },
    ]);
    expect(counted).toMatchObject({ requests: 2, failed: 0, madeGood: 1, neverSent: 0, longestOutage: 0 });
  });

  it('counts what the server refused, even where the caller did not mind', () => {
    expect(figures([{ from: 0, to: 10, answers: [[401, 'a']] }])).toMatchObject({ failed: 1, errors: { 401: 1 } });
  });

  it('counts what the caller was told, even where the server knows nothing of it or thinks all went well', () => {
    const counted = figures([
      { from: 0, to: 10, error: 'SELF_SIGNED_CERT_IN_CHAIN' },
      { from: 50, to: 60, error: 'ECONNRESET', answers: [[200, 'a']] },
    ]);
    expect(counted).toMatchObject({ failed: 2, neverSent: 1, errors: { SELF_SIGNED_CERT_IN_CHAIN: 1, ECONNRESET: 1 } });
  });

  it('leaves a call alone that has not ended', () => {
    expect(figures([{ from: 0, answers: [[401, 'a']] }])).toMatchObject({ requests: 1, failed: 0 });
  });

  it('measures an outage from the first failed list to the end of the next good one, watches aside', () => {
    const counted = figures([
      { from: 0, to: 10, answers: [[200, 'a']] },
      { from: 100, to: 110, answers: [[401, 'a']] },
      { from: 120, to: 130, kind: 'watch', answers: [[200, 'b']] },
      { from: 200, to: 210, answers: [[401, 'a']] },
      { from: 300, to: 310, answers: [[200, 'b']] },
    ]);
    expect(counted).toMatchObject({ longestOutage: 210, outageSince: undefined });
  });

  it('counts an outage that still lasts up to now', () => {
    const told = [{ from: 4000, to: 4010, answers: [[401, 'a']] as const }];
    expect(figures(told, { now: 10_000 })).toMatchObject({ longestOutage: 6000, outageSince: 4000 });
  });

  it('counts a rotation as used once its token was accepted, and times it from the rename to the first request', () => {
    const landings = [landing('a', 0), landing('b', 100), landing('c', 200), landing('d', 300)];
    const counted = figures(
      [
        { from: 10, to: 20, answers: [[200, 'a']] },
        {
          from: 130,
          to: 150,
          answers: [
            [401, 'b', 131],
            [200, 'b', 140],
          ],
        },
        { from: 205, to: 215, answers: [[401, 'c', 211]] },
      ],
      { landings },
    );
    // Of b and c, 31 and 11 ms; d was never seen, a was there at the start.
    expect(counted).toMatchObject({ rotationsUsed: 1, medianToUse: 31, token: landings[2] });
  });
});
