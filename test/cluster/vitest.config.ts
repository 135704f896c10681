import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests on real clusters: slow, and not part of the root's run. */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['test/**/*.test.ts'],
    // Builds the programs before the first test's clock runs.
    globalSetup: join(import.meta.dirname, 'test/build-first.ts'),
    setupFiles: join(import.meta.dirname, 'test/own-state.ts'),
    pool: 'forks',
    // Two clusters at a time: starting one is mostly waiting. Twenty starts and stops are as long as all the rest.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
