import type { Credential } from '../source/types.ts';

/**
 * How many closing connections a request moves on from. Each 401 closes an HTTP/2 connection, so that a rotation under load
 * closes several in a row; a server that closes them all would be asked without end.
 */
const MOST_MOVES = 5;

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
  #moves = 0;

  /**
   * Whether to send once more, `used` being refused: once, as a rule; again only with a token that arrived meanwhile, so
   * that a server which refuses all gets two requests and no more.
   */
  hopes(used: Credential, answer: Credential | Promise<Credential | undefined>): boolean {
    const before = this.#refused;
    this.#refused = Math.max(before ?? used.generation, used.generation);
    return before === undefined || (!(answer instanceof Promise) && answer.generation > this.#refused);
  }

  /** Whether to send once more what a closing HTTP/2 connection announced not to have processed. */
  mayMoveOn(): boolean {
    this.#moves += 1;
    return this.#moves <= MOST_MOVES;
  }
}
