import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests on real clusters: slow, and not part of the root's run. */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['test/**/*.test.ts'],
    // Builds the programs before the first test's clock runs.
    globalSetup: join(import.meta.dirname, 'test/build-first.ts'),
    // Apart from clusters that a developer keeps up.
    env: { KUBEFRESH_STATE: `/tmp/kubefresh-test-${process.getuid?.() ?? 0}` },
    pool: 'forks',
    // Each file starts clusters of its own; one after another keeps their memory and times as measured.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
