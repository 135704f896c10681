import { describe, expect, test } from 'vitest';
import { lifetime } from '../../src/token/lifetime.ts';
import { parseToken } from '../../src/token/parse.ts';
import { makeLegacyToken, makeToken, type TokenRecipe } from '../support/make-token.ts';

const START = Date.parse('2026-05-01T12:00:00Z');
const HOUR = 3_600_000;

/** The life of such a token, `after` ms after it was issued. */
function lifeOf(recipe: TokenRecipe, after = 0, notAfter?: number) {
  const options = { now: START + after, ...(notAfter === undefined ? {} : { notAfter }) };
  return lifetime(parseToken(makeToken({ issuedAt: START, ...recipe })), options);
}

describe('schedule', () => {
  test('the usual token is due at 80 % of its life, and late two minutes after', () => {
    const life = lifeOf({ life: 3607 });
    expect(life.renewAt - START).toBe(0.8 * 3_607_000);
    expect(life.staleAt - START).toBe(0.8 * 3_607_000 + 120_000);
    expect(life.deadline - START).toBe(3_607_000);
    expect(life.expiresAt - START).toBe(3_607_000);
  });

  test("T6: a 600 s token is late in its last 15 s, when a healthy kubelet's successor has landed", () => {
    const life = lifeOf({ life: 600 });
    expect(life.staleAt - START).toBe(585_000);
    expect(lifeOf({ life: 600 }, 584_999).state).toBe('due');
    expect(lifeOf({ life: 600 }, 585_000).state).toBe('stale');
  });

  test.each([600, 601, 640, 675, 676, 900, 3600, 3607, 86_400, 40 * 3600])(
    'T6: of a healthy kubelet no token of %i s is called late: due by its rule, noticed at a re-sync 90 s later, on disk 2 s later',
    (seconds) => {
      // token_manager.go, requiresRefresh, without the jitter that only makes it earlier.
      const due = Math.min(24 * HOUR, (seconds - Math.floor(0.2 * seconds)) * 1000);
      const { staleAt, deadline } = lifeOf({ life: seconds });
      expect(staleAt - START).toBeGreaterThan(due + 90_000 + 2_000);
      expect(deadline - staleAt).toBeGreaterThanOrEqual(15_000);
    },
  );

  test('lives shorter than any that the API gives keep 5 % for the alarm', () => {
    expect(lifeOf({ life: 20 }).staleAt - START).toBe(19_000);
  });

  test('T1: an extended token is due by its warnafter, though it ends in a year', () => {
    const year = 365 * 24 * 3600;
    const recipe = { life: year, kubernetes: { warnafter: START / 1000 + 3607 } };
    const life = lifeOf(recipe);
    expect(life.renewAt - START).toBe(0.8 * 3_607_000);
    expect(life.deadline - START).toBe(3_607_000);
    expect(life.expiresAt - START).toBe(year * 1000);
    // Past its warnafter it is late, not dead: the API server only counts it.
    expect(lifeOf(recipe, 2 * HOUR).state).toBe('stale');
  });

  test('T1: so is one whose TokenRequest said when it ends', () => {
    const life = lifeOf({ life: 365 * 24 * 3600 }, 0, START + 3_607_000);
    expect(life.renewAt - START).toBe(0.8 * 3_607_000);
    expect(life.deadline - START).toBe(3_607_000);
  });

  test('a token of 40 hours is replaced at 24', () => {
    expect(lifeOf({ life: 40 * 3600 }).renewAt - START).toBe(24 * HOUR);
  });

  test('T2, T0: one without an end has none', () => {
    for (const token of [parseToken(makeLegacyToken()), parseToken('sha256~x', { format: 'any' })]) {
      expect(lifetime(token)).toEqual({
        state: 'unlimited',
        renewAt: Number.POSITIVE_INFINITY,
        staleAt: Number.POSITIVE_INFINITY,
        deadline: Number.POSITIVE_INFINITY,
        expiresAt: Number.POSITIVE_INFINITY,
      });
    }
  });

  test('one that does not say when it began is judged as if it had the usual life', () => {
    const claims = { iat: undefined, nbf: undefined };
    expect(lifeOf({ life: 3607, claims }).renewAt - START).toBeCloseTo(0.8 * 3_607_000);
    expect(lifeOf({ life: 3607, claims: { iat: undefined } })).toEqual(lifeOf({ life: 3607 }));
  });

  test('one that ended before it began is expired, not a puzzle', () => {
    const life = lifeOf({ claims: { exp: START / 1000 - 10 } });
    expect(life.state).toBe('expired');
    expect(life.renewAt).toBeLessThanOrEqual(life.deadline);
  });
});

describe('state', () => {
  test('is fresh, due, stale, expired: each from its moment on', () => {
    const { renewAt, staleAt, expiresAt } = lifeOf({});
    const states = [renewAt - 1, renewAt, staleAt - 1, staleAt, expiresAt - 1, expiresAt];
    expect(states.map((moment) => lifeOf({}, moment - START).state)).toEqual([
      'fresh',
      'due',
      'due',
      'stale',
      'stale',
      'expired',
    ]);
  });

  test('T3: is not-yet-valid beyond the server’s leeway of a minute, by iat or nbf', () => {
    expect(lifeOf({}, -60_000).state).toBe('fresh');
    expect(lifeOf({}, -60_001).state).toBe('not-yet-valid');
    expect(lifeOf({ claims: { nbf: START / 1000 + 100 } }).state).toBe('not-yet-valid');
  });

  test('is judged by the wall clock where no moment is given', () => {
    expect(lifetime(parseToken(makeToken())).state).toBe('fresh');
    expect(lifetime(parseToken(makeToken({ issuedAt: Date.now() - 2 * HOUR }))).state).toBe('expired');
  });
});
