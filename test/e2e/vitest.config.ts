import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Needs a real cluster, so it is no part of the root's run. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ['kubefresh-source', 'node', 'import', 'default'] },
  // These go to Node as --conditions: with 'import' among them, a package's require() would find ES modules.
  ssr: { resolve: { conditions: ['kubefresh-source', 'node'] } },
  test: {
    name: 'e2e',
    include: ['test/**/*.test.ts'],
    // Builds the cluster's programs before the first test's clock runs, or says why it cannot.
    globalSetup: join(import.meta.dirname, '../cluster/test/build-first.ts'),
    env: { KUBEFRESH_STATE: '/tmp/kf-e2e' },
    pool: 'forks',
    // Most of a test's time is waiting. The number is that of the other suites on a cluster: all run as one.
    maxWorkers: 4,
    // Ten times what the longest of them takes beside the others on two cores.
    testTimeout: 1_200_000,
    hookTimeout: 180_000,
  },
});
