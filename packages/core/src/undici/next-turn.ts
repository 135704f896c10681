// Held here, so that a test's fake timers stop nothing.
import { setImmediate } from 'node:timers';
import type { DispatcherOptions } from './options.ts';

/**
 * Has a request that follows the end of another wait one turn of the event loop. undici frees a connection one turn after its
 * response has ended; a caller who sends his next request at once would make it open another, and twenty would hold forty.
 */
export class NextTurn {
  readonly #isOfUse: boolean;
  /** Ends that no request has followed yet. Their connections may be free by now: then a turn is lost, and nothing else. */
  #ended = 0;

  constructor({ connections, allowH2, createPool }: DispatcherOptions) {
    // With a limit undici itself has requests wait, and tells so; over HTTP/2 they share one; a pool of others is theirs.
    this.#isOfUse = (connections ?? 0) === 0 && allowH2 !== true && createPool === undefined;
  }

  /** A request has ended, and its caller knows. */
  ended(): void {
    if (this.#isOfUse) this.#ended += 1;
  }

  /**
   * Whether the request of now is to wait. To be asked once a request.
   *
   * @param others - Whether others are under way. A caller who is alone is spared the turn: he holds two connections at most.
   */
  takes(others: boolean): boolean {
    if (this.#ended === 0) return false;
    this.#ended -= 1;
    return others;
  }

  /** Calls `go` when undici has freed what ended in this turn: it does so in an immediate, set before that of now. */
  run(go: () => void): void {
    setImmediate(go);
  }
}
