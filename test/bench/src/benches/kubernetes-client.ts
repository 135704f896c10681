import type { Bench } from '../bench.ts';
import { LIBRARY_METHOD, libraryRows } from '../library-rows.ts';

/** A client library, with and without us. */
export const kubernetesClientBench: Bench = {
  name: 'kubernetes-client',
  title: 'kubernetes-client 9 with kubefresh, against the same as it comes',
  method: LIBRARY_METHOD,
  run: (pace) =>
    libraryRows(
      'kubernetes-client',
      [
        { operation: 'list', concurrency: 1 },
        { operation: 'list', concurrency: 20 },
      ],
      pace,
    ),
};
