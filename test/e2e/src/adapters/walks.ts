import type { Adapter, Connection } from './adapter.ts';
import type { Stage } from './stage.ts';

/** Ten times what the slowest path takes while all others go too, ms. */
const BOUND = 60_000;

/** Connected clients that are sent down all their paths, and what became of it. */
export class Walks implements AsyncDisposable {
  readonly #clients: readonly Client[];

  constructor(adapters: readonly Adapter[], stage: Stage) {
    this.#clients = adapters.map((adapter) => ({ adapter, connection: adapter.connect(stage), tally: new Map() }));
  }

  /** Every client goes every path, all at once. Resolves with the failures, `client: path: why`. */
  async all(): Promise<string[]> {
    const failures = this.#clients.flatMap((client) =>
      Object.entries(client.connection.paths).map(([path, walk]) => go(client, path, walk)),
    );
    return (await Promise.all(failures)).flat();
  }

  /** Each client and path with the number of times it was gone, and of those that failed. */
  table(): string {
    const lines = this.#clients.map(({ adapter, tally }) => {
      const counts = [...tally].map(([path, { walked, failed }]) => `${path} ${walked}/${failed}`);
      const left = Object.entries(adapter.cannot ?? {}).map(([path, why]) => `${path} (${why})`);
      return `${adapter.name}: ${counts.join(', ')}${left.length === 0 ? '' : `; left out: ${left.join(', ')}`}`;
    });
    return ['walked/failed', ...lines].join('\n');
  }

  /** By the names of the clients. */
  get connections(): readonly (readonly [string, Connection])[] {
    return this.#clients.map(({ adapter, connection }) => [adapter.name, connection]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { connection } of this.#clients) await connection[Symbol.asyncDispose]();
  }
}

interface Client {
  readonly adapter: Adapter;
  readonly connection: Connection;
  readonly tally: Map<string, { walked: number; failed: number }>;
}

async function go({ adapter, tally }: Client, path: string, walk: () => Promise<void>): Promise<string[]> {
  const counts = tally.get(path) ?? { walked: 0, failed: 0 };
  tally.set(path, counts);
  counts.walked += 1;
  try {
    await within(walk());
    return [];
  } catch (error) {
    counts.failed += 1;
    return [`${adapter.name}: ${path}: ${error}`];
  }
}

function within(walk: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing came for ${BOUND} ms`)), BOUND);
    walk.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
