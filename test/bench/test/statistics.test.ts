import { describe, expect, test } from 'vitest';
import { median, medianWithConfidence, pairedDifference, pairedRatio, quantile, spreadOf } from '../src/statistics.ts';

describe('statistics', () => {
  test('quantiles are interpolated between neighbours, as R does by default', () => {
    const samples = [4, 1, 3, 2];
    expect(median(samples)).toBe(2.5);
    expect(quantile(samples, 0.99)).toBeCloseTo(3.97);
    expect(spreadOf(samples)).toEqual({ low: 1.75, median: 2.5, high: 3.25 });
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  test('pairs are compared round by round, so that a slow round does not show', () => {
    expect(pairedRatio([10, 100, 30], [5, 50, 15])).toEqual({ low: 2, median: 2, high: 2 });
    expect(pairedDifference([10, 100, 30], [5, 95, 25]).median).toBe(5);
    expect(() => pairedRatio([1], [])).toThrow(RangeError);
  });

  test('the interval of the median holds the ranks that order statistics say', () => {
    const samples = Array.from({ length: 101 }, (_, index) => index);
    expect(medianWithConfidence(samples)).toEqual({ low: 40, median: 50, high: 60 });
  });
});
