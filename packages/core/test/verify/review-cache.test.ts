import { expect, test } from 'vitest';
import { parseToken } from '../../src/index.ts';
import { ReviewCache } from '../../src/verify/review-cache.ts';
import type { ReviewedToken } from '../../src/verify/reviewed-token.ts';
import { ManualClock } from '../support/manual-clock.ts';

const KEPT = 1_000;

function setUp() {
  const clock = new ManualClock();
  const cache = new ReviewCache(clock);
  const asked: string[] = [];
  const review = (text: string, audiences = ['a'], ms = 10_000) =>
    cache.get(text, audiences, ms, async () => {
      asked.push(text);
      if (text === 'bad') throw new Error('refused');
      return { token: parseToken('sha256~x', { format: 'any' }) } as ReviewedToken;
    });
  return { clock, asked, review };
}

test('keeps a thousand, the last used; each to its end', async () => {
  const { clock, asked, review } = setUp();
  for (let index = 0; index <= KEPT; index += 1) await review(`token-${index}`);
  await review(`token-${KEPT}`);
  expect(asked).toHaveLength(KEPT + 1);
  await review('token-0');
  expect(asked).toHaveLength(KEPT + 2);
  clock.advance(10_001);
  await review(`token-${KEPT}`);
  expect(asked).toHaveLength(KEPT + 3);
  expect(clock.armed.all).toBe(0);
});

test('other audiences are another question, in another order the same; failures and 0 ms are not kept', async () => {
  const { asked, review } = setUp();
  await review('one', ['a', 'b']);
  await review('one', ['b', 'a']);
  expect(asked).toHaveLength(1);
  await review('one', ['a']);
  expect(asked).toHaveLength(2);
  for (let index = 0; index < 2; index += 1) await expect(review('bad')).rejects.toThrow('refused');
  for (let index = 0; index < 2; index += 1) await review('two', ['a'], 0);
  expect(asked).toHaveLength(6);
});
