import type { Bench } from '../bench.ts';
import { LIBRARY_METHOD, libraryRows } from '../library-rows.ts';

/** A client library, with and without us. */
export const fluentClientBench: Bench = {
  name: 'fluent-client',
  title: 'kubernetes-fluent-client 3.11 with kubefresh, against the same as it comes',
  method: LIBRARY_METHOD,
  run: (pace) =>
    libraryRows(
      'fluent-client',
      [
        { operation: 'list', concurrency: 1 },
        { operation: 'list', concurrency: 20 },
      ],
      pace,
    ),
};
