import { defineConfig } from 'vitest/config';

/** Needs a real cluster, so it is no part of the root's run. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ['kubefresh-source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['kubefresh-source', 'node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    env: { KUBEFRESH_STATE: '/tmp/kf-contract' },
    pool: 'forks',
    // One cluster at a time.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
