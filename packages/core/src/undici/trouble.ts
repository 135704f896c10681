import type { IncomingHttpHeaders } from 'node:http';
import type { Presenter } from '../presenter.ts';
import type { Credential, RejectionEvidence } from '../source/types.ts';

/**
 * How many closing connections a request moves on from. Each 401 closes an HTTP/2 connection, so that a rotation under load
 * closes several in a row; a server that closes them all would be asked without end.
 */
const MOST_MOVES = 5;

/** What only a request in trouble needs to remember. */
export class Trouble {
  /** For the resend that follows when a refused response is dropped. */
  next: Credential | undefined;
  /** The end of a response that came while it was held. */
  heldTrailers: IncomingHttpHeaders | undefined;
  /** Stops waiting for the end of a dropped response. */
  stopDraining: (() => void) | undefined;
  /** A failure without a response was answered by sending once more. */
  repeated = false;
  /** The newest generation that was refused. */
  #refused: number | undefined;
  /** It was sent once more because of a refusal. */
  #resent = false;
  #moves = 0;

  /** What to send once more with, `used` being refused, or what tells that later; undefined where there is no hope. */
  seek(line: Presenter, used: Credential, evidence: RejectionEvidence): ReturnType<Presenter['rejected']> {
    this.#resent = this.#refused !== undefined;
    this.#refused = Math.max(this.#refused ?? used.generation, used.generation);
    const answer = line.rejected(used, evidence);
    if (answer === undefined || answer instanceof Promise || this.mayTry(answer)) return answer;
    // All that is left is what was refused before it: a successor of both may be on its way.
    const other = line.rejected(answer, evidence);
    return other === undefined || other instanceof Promise || this.mayTry(other) ? other : undefined;
  }

  /**
   * Whether to send once more with `next`: once, as a rule; again only with a token that arrived meanwhile, so that a server
   * which refuses all gets two requests and no more.
   */
  mayTry(next: Credential): boolean {
    return !this.#resent || (this.#refused !== undefined && next.generation > this.#refused);
  }

  /** Whether to send once more what a closing HTTP/2 connection announced not to have processed. */
  mayMoveOn(): boolean {
    this.#moves += 1;
    return this.#moves <= MOST_MOVES;
  }
}
