import { defineConfig } from 'vitest/config';

/** Needs a real cluster, so it is no part of the root's run. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ['kubefresh-source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['kubefresh-source', 'node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    env: { KUBEFRESH_STATE: '/tmp/kf-e2e' },
    pool: 'forks',
    // The natural rotation takes 8 minutes, most of it waiting: the others run beside it.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
