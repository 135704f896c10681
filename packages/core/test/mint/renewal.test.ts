import { expect, test } from 'vitest';
import { renewalTime } from '../../src/mint/renewal.ts';
import { parseToken } from '../../src/token/parse.ts';
import { makeToken } from '../support/make-token.ts';

const START = Date.parse('2026-05-01T12:00:00Z');
const SAMPLES = 1_000;

test.each([
  ['an hour', 3600, 2_880_000, 10_000],
  ['40 hours', 144_000, 86_400_000, 10_000],
  ["600 s, the API's least", 600, 480_000, 10_000],
  ['60 s: the jitter is a sixtieth of the life', 60, 48_000, 1_000],
  ['3 s', 3, 2_400, 50],
])('%s: due at 80 %% or 24 h, and up to the jitter earlier, by chance', (_, life, due, jitter) => {
  const token = parseToken(makeToken({ issuedAt: START, life: 31_536_000 }));
  const minted = { token, notAfter: START + life * 1000 };
  const times = Array.from({ length: SAMPLES }, () => renewalTime(minted) - START);
  expect(Math.max(...times)).toBeLessThanOrEqual(due);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(due - jitter);
  // All of the range is used: of a thousand, one falls into each outer tenth (the chance that none does is 10^-46).
  expect(Math.max(...times)).toBeGreaterThan(due - jitter / 10);
  expect(Math.min(...times)).toBeLessThan(due - jitter * 0.9);
});
