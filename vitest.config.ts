import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['kubefresh-source', 'node', 'import', 'default'] },
  // These go to Node as --conditions: with 'import' among them, a package's require() would find ES modules.
  ssr: { resolve: { conditions: ['kubefresh-source', 'node'] } },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'test/{conformance,clients,bench,docs}/**/*.test.ts',
    ],
    pool: 'forks',
    // Most of a test's time is waiting for an event; vitest's own choice on two cores is one worker.
    maxWorkers: 4,
    // The bound for a test as a whole; what is waited for inside has its own, ten times what is usual.
    testTimeout: 30_000,
  },
});
