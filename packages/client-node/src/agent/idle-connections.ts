import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers';

/** How long an unused connection is kept at least, ms: well below the 90 s after which the API server closes it. */
const KEPT_FOR = 30_000;

// Taken at import: a user's fake timers are the user's.
const setTimer = setTimeout;

/**
 * Closes an agent's connections when they were not used for a while. An agent's own `timeout` does that too, at the price
 * of timers and listeners for each request, a tenth of all that a request costs; this is one timer for all.
 */
export class IdleConnections {
  readonly #agent: Agent;
  readonly #keptFor: number;
  /** In which period a connection fell idle. */
  readonly #idleSince = new WeakMap<Duplex, number>();
  #period = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param keptFor - ms; twice that at most. */
  constructor(agent: Agent, keptFor = KEPT_FOR) {
    this.#agent = agent;
    this.#keptFor = keptFor;
    agent.on('free', (socket: Duplex) => {
      this.#idleSince.set(socket, this.#period);
      this.#schedule();
    });
  }

  #schedule(): void {
    this.#timer ??= setTimer(() => this.#sweep(), this.#keptFor).unref();
  }

  #sweep(): void {
    this.#timer = undefined;
    this.#period += 1;
    let left = 0;
    for (const socket of Object.values(this.#agent.freeSockets).flat()) {
      if (socket === undefined) continue;
      if ((this.#idleSince.get(socket) ?? 0) < this.#period - 1) socket.destroy();
      else left += 1;
    }
    if (left > 0) this.#schedule();
  }
}
