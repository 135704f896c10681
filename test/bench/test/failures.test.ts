import { describe, expect, test } from 'vitest';
import { outageOf } from '../src/outage.ts';
import { randomFrom } from '../src/random.ts';
import { type Failure, isOfFault, type Known } from '../src/soak/verdict.ts';

const well = { served: true, error: undefined };
const refused = { served: false, error: 'Error: status 401' };

describe('an outage', () => {
  test('is the longest run of failures, and all of them are counted', () => {
    const attempts = [well, refused, well, refused, refused, well];
    expect(outageOf(attempts)).toEqual({ failed: 3, longest: 2, lasting: false, error: 'Error: status 401' });
    expect(outageOf([well, well])).toEqual({ failed: 0, longest: 0, lasting: false, error: undefined });
  });

  test('needs the word of both: what the server did not serve has failed, and what its caller did not get', () => {
    expect(outageOf([{ served: false, error: undefined }]).failed).toBe(1);
    expect(outageOf([{ served: true, error: 'Error: socket hang up' }]).failed).toBe(1);
  });

  test('that goes on at the end is known as such', () => {
    expect(outageOf([well, refused]).lasting).toBe(true);
  });
});

describe('a failure of the soak', () => {
  const failure: Failure = { way: 'fetch', pod: 'pod-1', sentAt: 1_000, failedAt: 1_100, error: 'Error' };
  const entry = (part: Partial<Known>): Known => ({
    path: '/api/pods/pod-1',
    time: 1_050,
    status: 401,
    faults: [],
    ...part,
  });

  test("is the fault's own if the fault had the last word", () => {
    expect(isOfFault(failure, [entry({ faults: ['refuse'] })], [])).toBe(true);
    expect(isOfFault(failure, [entry({ status: 429, faults: ['tooManyRequests'] })], [])).toBe(true);
    expect(isOfFault(failure, [entry({ faults: ['refuse'] }), entry({})], [])).toBe(false);
    expect(isOfFault(failure, [entry({ status: 200, faults: ['refuse'] })], [])).toBe(false);
  });

  test('is not if a client could have known better, nor if the server never heard of it', () => {
    expect(isOfFault(failure, [entry({ faults: ['refuseNewTokens'] })], [])).toBe(false);
    expect(isOfFault(failure, [], [])).toBe(false);
  });

  test('is not if the entry is of another pod, or of an earlier request for the same', () => {
    expect(isOfFault(failure, [entry({ path: '/api/pods/pod-11', faults: ['refuse'] })], [])).toBe(false);
    expect(isOfFault(failure, [entry({ time: 900, faults: ['refuse'] })], [])).toBe(false);
  });

  test('is if connections were cut while it was under way, not long before or after', () => {
    expect(isOfFault(failure, [], [1_050])).toBe(true);
    expect(isOfFault(failure, [], [900])).toBe(true);
    expect(isOfFault(failure, [], [-1, 1_101])).toBe(false);
  });
});

test('the same seed gives the same numbers', () => {
  const [first, again, other] = [randomFrom(7), randomFrom(7), randomFrom(8)].map((next) => [next(), next(), next()]);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  expect(first?.every((value) => value >= 0 && value < 1)).toBe(true);
});
