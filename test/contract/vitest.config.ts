import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Needs a real cluster, so it is no part of the root's run. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ['kubefresh-source', 'node', 'import', 'default'] },
  // These go to Node as --conditions: with 'import' among them, a package's require() would find ES modules.
  ssr: { resolve: { conditions: ['kubefresh-source', 'node'] } },
  test: {
    name: 'contract',
    include: ['test/**/*.test.ts'],
    // Builds the cluster's programs before the first test's clock runs, or says why it cannot.
    globalSetup: join(import.meta.dirname, '../cluster/test/build-first.ts'),
    env: { KUBEFRESH_STATE: '/tmp/kf-contract' },
    pool: 'forks',
    // The number of the other suites on a cluster: all run as one.
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
