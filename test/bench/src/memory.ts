/** What a process has, in MB. */
export interface Memory {
  /** The resident set. */
  readonly memory: number;
  /** The heap and what hangs from it. */
  readonly heap: number;
}

/** Collects the garbage (Node's `--expose-gc`), and tells what is left. */
export function memoryInUse(): Memory {
  // With the pages that V8 would keep at hand for what comes: how many depends on how fast the garbage came.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { rss, heapUsed, external } = process.memoryUsage();
  return { memory: rss / 2 ** 20, heap: (heapUsed + external) / 2 ** 20 };
}

/** How much more there is now. */
export function memoryGrownFrom({ memory, heap }: Memory): Memory {
  const now = memoryInUse();
  return { memory: now.memory - memory, heap: now.heap - heap };
}
