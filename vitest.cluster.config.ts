import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

/**
 * The three suites that need a real cluster, as one run: most of their time is waiting (for a kubelet, for the end of a
 * token), so they wait side by side. Each also runs alone, in its folder.
 */
export default defineConfig({
  test: {
    projects: ['test/cluster', 'test/contract', 'test/e2e'],
    sequence: { sequencer: LongestFirst },
  },
});
