import { setTimeout as delay } from 'node:timers/promises';
import type { Call } from './call.ts';
import { describeFailure } from './failure.ts';
import type { Client } from './workloads/workload.ts';

/** Twenty lists a second: often enough to see an outage begin and end to 50 ms, and no load for the machine. */
const LIST_EVERY_MS = 50;
/** A watch that failed is opened again after this, as informers do (client-go's reflector backs off from 800 ms). */
const REOPEN_AFTER_MS = 800;

/** Lets a client do what a controller does all day: list pods again and again, and hold a watch. Notes how each call went. */
export class Driver implements AsyncDisposable {
  readonly #workload: string;
  readonly #client: Client;
  readonly #calls: Call[];
  readonly #ending = new AbortController();
  readonly #loops: Promise<void>[];
  #count = 0;

  /** Starts at once; calls are added to `calls` as they begin. */
  constructor(workload: string, client: Client, calls: Call[]) {
    this.#workload = workload;
    this.#client = client;
    this.#calls = calls;
    this.#loops = [this.#list(), this.#watch()];
  }

  /** Stops, waits for what is under way and closes the client. A watch cut by this is no failure. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#loops);
    await this.#client[Symbol.asyncDispose]();
  }

  async #list(): Promise<void> {
    while (!this.#ended) {
      await this.#record('list', (call) => this.#client.list(call));
      await this.#pause(LIST_EVERY_MS);
    }
  }

  async #watch(): Promise<void> {
    while (!this.#ended) {
      const opened = await this.#record('watch', (call) => this.#client.watch(call, this.#ending.signal));
      if (!opened) await this.#pause(REOPEN_AFTER_MS);
    }
  }

  async #record(kind: Call['kind'], act: (id: string) => Promise<void>): Promise<boolean> {
    this.#count += 1;
    const call: Call = {
      id: `${this.#workload}-${this.#count}`,
      workload: this.#workload,
      kind,
      startedAt: Date.now(),
    };
    this.#calls.push(call);
    let error: string | undefined;
    try {
      await act(call.id);
    } catch (thrown) {
      error = describeFailure(thrown);
    }
    // A watch that was cut by our own end has not ended by itself, well or badly.
    if (kind === 'watch' && this.#ended) return true;
    call.endedAt = Date.now();
    if (error !== undefined) call.error = error;
    return error === undefined;
  }

  get #ended(): boolean {
    return this.#ending.signal.aborted;
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}
