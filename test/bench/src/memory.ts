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

/** What a resident set is made of, in MB. */
export interface ResidentParts {
  /** Pages of V8's heap, full or not. */
  readonly heapTotal: number;
  /** What hangs from objects of the heap, such as Buffers. */
  readonly external: number;
  /** All else: code, OpenSSL, libuv, and what the allocator keeps for the next who asks. */
  readonly native: number;
}

/** The parts now. */
export function residentParts(): ResidentParts {
  const { rss, heapTotal, external } = process.memoryUsage();
  return {
    heapTotal: heapTotal / 2 ** 20,
    external: external / 2 ** 20,
    native: (rss - heapTotal - external) / 2 ** 20,
  };
}
