import type { Credential } from '../source/types.ts';

/** What only a request in trouble needs to remember. */
export class Trouble {
  /** For the resend that follows when a refused response is dropped. */
  next: Credential | undefined;
  /** Stops waiting for the end of a dropped response. */
  stopDraining: (() => void) | undefined;
  /** A failure without a response was answered by sending once more. */
  repeated = false;
  /** The newest generation that was refused. */
  #refused: number | undefined;

  /**
   * Whether to send once more, `used` being refused: once, as a rule; again only with a token that arrived meanwhile, so
   * that a server which refuses all gets two requests and no more.
   */
  hopes(used: Credential, answer: Credential | Promise<Credential | undefined>): boolean {
    const before = this.#refused;
    this.#refused = Math.max(before ?? used.generation, used.generation);
    return before === undefined || (!(answer instanceof Promise) && answer.generation > this.#refused);
  }
}
