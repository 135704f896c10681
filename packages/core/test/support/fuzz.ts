/** How many inputs to try: so many in the ordinary run, times the environment's KUBEFRESH_FUZZ_RUNS. */
export function fuzzRuns(ordinary: number): number {
  const factor = Number(process.env['KUBEFRESH_FUZZ_RUNS'] ?? 1);
  if (!(factor > 0)) throw new Error('KUBEFRESH_FUZZ_RUNS is a factor: a number above 0.');
  return Math.ceil(ordinary * factor);
}

/** The bound, ms, of a test that tries `runs` inputs: none takes 1 ms on an idle machine, here each may take ten. */
export function fuzzBound(runs: number): number {
  return Math.max(30_000, runs * 10);
}
