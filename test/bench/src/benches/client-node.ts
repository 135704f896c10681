import type { Bench } from '../bench.ts';
import { LIBRARY_METHOD, libraryRows } from '../library-rows.ts';

/** The official client, with and without us. */
export const clientNodeBench: Bench = {
  name: 'client-node',
  title: '@kubernetes/client-node 2.0.1 and 1.4.0 with kubefresh, against the same as it comes',
  method: LIBRARY_METHOD,
  async run(pace) {
    const kinds = [
      { operation: 'list', concurrency: 1 },
      { operation: 'list', concurrency: 20 },
      { operation: 'call', concurrency: 1 },
      { operation: 'create', concurrency: 1 },
    ] as const;
    return [...(await libraryRows('client-node-2', kinds, pace)), ...(await libraryRows('client-node-1', kinds, pace))];
  },
};
