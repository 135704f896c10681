import { until } from '@kubefresh-test/cluster';
import type { Connection } from './adapter.ts';
import type { Stage } from './stage.ts';

/** Ten times what the slowest takes to open its watch again, ms. */
const BOUND = 60_000;

/** What an informer is to each client: watches that are kept open over everything. */
export class Followers {
  readonly #stage: Stage;
  readonly #seen = new Map<string, Set<string>>();
  readonly #stops: (() => void)[] = [];
  /** Those that gave up, `client: why`. */
  readonly failures: string[] = [];
  #made = 0;

  private constructor(stage: Stage) {
    this.#stage = stage;
  }

  static async start(connections: readonly (readonly [string, Connection])[], stage: Stage): Promise<Followers> {
    const followers = new Followers(stage);
    for (const [name, connection] of connections) await followers.#add(name, connection);
    return followers;
  }

  /** Makes a ConfigMap and waits until every client has told of it. */
  async seeAnother(): Promise<void> {
    this.#made += 1;
    const name = `seen-by-all-${this.#made}`;
    const { admin } = this.#stage.cluster;
    await admin.request('POST', `/api/v1/namespaces/${this.#stage.pod.namespace}/configmaps`, { metadata: { name } });
    for (const [client, seen] of this.#seen) {
      await until(`${client} to tell of ${name}`, () => seen.has(name), { timeoutMs: BOUND });
    }
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  async #add(client: string, connection: Connection): Promise<void> {
    const seen = new Set<string>();
    this.#seen.set(client, seen);
    const onFailure = (error: unknown) => this.failures.push(`${client}: ${error}`);
    this.#stops.push(await connection.follow((name) => seen.add(name), onFailure));
  }
}
