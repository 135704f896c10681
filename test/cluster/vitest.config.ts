import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests on real clusters: slow, and not part of the root's run. */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    name: 'cluster',
    include: ['test/**/*.test.ts'],
    // Builds the programs before the first test's clock runs.
    globalSetup: join(import.meta.dirname, 'test/build-first.ts'),
    setupFiles: join(import.meta.dirname, 'test/own-state.ts'),
    pool: 'forks',
    // Four clusters at a time: most of a test's time is waiting. The number is that of the other suites on a cluster: all run as one.
    maxWorkers: 4,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
