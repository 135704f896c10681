/** A median, and the range about it that its maker says: quartiles, or a confidence interval. */
export interface Interval {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** Half of all samples lie between the quartiles; nothing is dropped, since a slow sample is one that a user meets too. */
export function spreadOf(samples: readonly number[]): Interval {
  return { low: quantile(samples, 0.25), median: quantile(samples, 0.5), high: quantile(samples, 0.75) };
}

/**
 * The value below which a part `q` (0 to 1) of the samples lies, interpolated between neighbours (R's type 7).
 * @throws RangeError without samples.
 */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError('There are no samples.');
  // Not below + 0 * (above - below): that is NaN between infinities.
  return below === above ? below : below + (above - below) * (place - Math.floor(place));
}

/** The middle of the samples. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/**
 * How many times `ours` is `theirs`, round by round: what slows a whole round down does not show. The range is the
 * median's 95 % confidence interval.
 * @throws RangeError when the two have not the same number of samples.
 */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): Interval {
  return medianWithConfidence(paired(ours, theirs, (a, b) => a / b));
}

/** How much more `ours` is than `theirs`, round by round; like {@link pairedRatio}. */
export function pairedDifference(ours: readonly number[], theirs: readonly number[]): Interval {
  return medianWithConfidence(paired(ours, theirs, (a, b) => a - b));
}

function paired(ours: readonly number[], theirs: readonly number[], of: (a: number, b: number) => number): number[] {
  if (ours.length !== theirs.length) throw new RangeError(`${ours.length} samples cannot pair with ${theirs.length}.`);
  return ours.map((value, round) => of(value, theirs[round] ?? Number.NaN));
}

/** Standard normal quantile of 0.975: 2.5 % on either side make 95 %. */
const Z = 1.96;

/**
 * The median and its 95 % interval by order statistics, which supposes nothing about the distribution: the number of samples
 * below the true median is binomial(n, 1/2), so the ranks n/2 -+ z*sqrt(n)/2 hold it. Below six samples it is the whole range,
 * and holds it less often.
 */
export function medianWithConfidence(samples: readonly number[]): Interval {
  const sorted = samples.toSorted((a, b) => a - b);
  const { length } = sorted;
  const rank = Math.max(0, Math.floor((length - Z * Math.sqrt(length)) / 2));
  const low = sorted[rank];
  const high = sorted[length - 1 - rank];
  if (low === undefined || high === undefined) throw new RangeError('There are no samples.');
  return { low, median: median(sorted), high };
}
