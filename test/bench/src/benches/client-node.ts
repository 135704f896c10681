import type { Bench } from '../bench.ts';
import { LIBRARY_METHOD, libraryRows } from '../library-rows.ts';

/** The official client, with and without us. */
export const clientNodeBench: Bench = {
  name: 'client-node',
  title: '@kubernetes/client-node 2.0.1 and 1.4.0 with kubefresh, against the same as it comes',
  method: LIBRARY_METHOD,
  async run(pace) {
    const operations = ['list', 'call', 'create'] as const;
    const kinds = operations.flatMap((operation) => [1, 20].map((concurrency) => ({ operation, concurrency })));
    return [...(await libraryRows('client-node-2', kinds, pace)), ...(await libraryRows('client-node-1', kinds, pace))];
  },
};
