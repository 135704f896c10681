import type { Bench, Pace, Row } from './bench.ts';

/** What became of one bench. */
export type Outcome =
  | { readonly name: string; readonly seconds: number; readonly bench: Bench; readonly rows: readonly Row[] }
  | { readonly name: string; readonly seconds: number; readonly error: unknown };

/**
 * Runs one bench after the other. One that fails is told like the rest, and the next one begins: together they take half an
 * hour, which is not lost for it.
 *
 * @param load - of each bench to run, in this order, by name.
 * @param log - gets a line at the beginning of each and at its end.
 */
export async function* runBenches(
  load: ReadonlyMap<string, () => Promise<Bench>>,
  pace: Pace,
  log: (line: string) => void,
): AsyncGenerator<Outcome, void, undefined> {
  let index = 0;
  for (const [name, loadBench] of load) {
    index += 1;
    const place = `bench ${index} of ${load.size}, ${name}`;
    const started = performance.now();
    const seconds = () => Number(((performance.now() - started) / 1000).toFixed(1));
    log(`${place}: begins at ${new Date().toISOString().slice(11, 19)} UTC`);
    try {
      const bench = await loadBench();
      const rows = await bench.run(pace);
      log(`${place}: took ${seconds()} s`);
      yield { name, seconds: seconds(), bench, rows };
    } catch (error) {
      log(`${place}: failed after ${seconds()} s`);
      yield { name, seconds: seconds(), error };
    }
  }
}
