import { exactly, type Row } from '../bench.ts';
import type { Census, SoakSample } from '../children/soak-client.ts';
import { median } from '../statistics.ts';

/** One sample of each of the two processes, taken one after the other. */
export interface SoakPair {
  readonly ours: SoakSample;
  readonly bare: SoakSample;
}

/** What is measured of a sample; undefined where it was not. */
type Measure = (sample: SoakSample) => number | undefined;

/** What grew: from the median of the second fifth of the samples (the first warms up) to that of the last. */
export function growthRows(pairs: readonly SoakPair[]): Row[] {
  const ours = pairs.map((pair) => pair.ours);
  const bare = pairs.map((pair) => pair.bare);
  const row = (what: string, unit: string, of: Measure): Row => {
    const { start, end } = change(ours, of);
    return { what, unit, values: { growth: exactly(end - start), start: exactly(start), end: exactly(end) } };
  };
  const beside = (what: string, of: Measure): Row => {
    const own = row(what, 'MB', of);
    const { start, end } = change(bare, of);
    const peer = {
      'growth of the bare peer': exactly(end - start),
      'its start': exactly(start),
      'its end': exactly(end),
    };
    return { ...own, values: { ...own.values, ...peer } };
  };
  const grown = (samples: readonly SoakSample[], of: Measure) => change(samples, of).end - change(samples, of).start;
  const kinds: readonly (keyof Census)[] = ['timers', 'sockets', 'signals', 'tokens'];
  return [
    beside('resident memory', ({ memory }) => memory),
    beside("of it V8's pages", ({ heapTotal }) => heapTotal),
    beside('of it external', ({ external }) => external),
    beside('of it all else', ({ native }) => native),
    {
      what: 'resident memory, less the bare peer',
      unit: 'MB',
      values: { growth: exactly(grown(ours, ({ memory }) => memory) - grown(bare, ({ memory }) => memory)) },
    },
    beside('heap', ({ heap }) => heap),
    row('handles', '', ({ handles }) => handles),
    row('listeners', '', ({ listeners }) => listeners),
    ...kinds.map((kind) => row(kind, '', ({ census }) => census?.[kind])),
  ];
}

function change(samples: readonly SoakSample[], of: Measure): { readonly start: number; readonly end: number } {
  const fifth = (index: number) => samples.slice((samples.length * index) / 5, (samples.length * (index + 1)) / 5);
  const middle = (part: readonly SoakSample[]) => median(part.map(of).filter((value) => value !== undefined));
  return { start: middle(fifth(1)), end: middle(fifth(4)) };
}
