import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

/** Each in a process of its own: it mocks modules, or judges the process as a whole (its warnings, handles, timers). */
const ALONE = [
  'packages/core/test/mint/{over-tls,token-manager,token-request-source}.test.ts',
  'packages/core/test/source/{clock,events,first-fault,lateness,rejections,time,waiting}.test.ts',
  'packages/core/test/volume/snapshot.test.ts',
  'packages/testing/test/{cluster,fake-timers}.test.ts',
];

/** One after the other in the processes of a few workers; for each file, vitest evaluates our modules anew. */
const SHARING = [
  'packages/core/test/{api,cluster,explain,fallback,https,mint,source,token,verify,volume}/**/*.test.ts',
  'packages/{fluent-client,kubernetes-client,testing}/test/**/*.test.ts',
  'test/docs/**/*.test.ts',
];

export default defineConfig({
  resolve: { conditions: ['kubefresh-source', 'node', 'import', 'default'] },
  // These go to Node as --conditions: with 'import' among them, a package's require() would find ES modules.
  ssr: { resolve: { conditions: ['kubefresh-source', 'node'] } },
  test: {
    pool: 'forks',
    // Most of a test's time is waiting for an event; vitest's own choice on two cores is one worker.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    // The bound for a test as a whole; what is waited for inside has its own, ten times what is usual.
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'isolated',
          include: [
            ...ALONE,
            'packages/client-node/test/**/*.test.ts',
            'packages/core/test/undici/**/*.test.ts',
            'examples/*/test/**/*.test.ts',
            'test/{conformance,clients,bench}/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        // A third of a second of a core for each file: Node, vitest and the packages are loaded once a worker.
        test: { name: 'sharing', include: SHARING, exclude: [...configDefaults.exclude, ...ALONE], isolate: false },
      },
    ],
  },
});
