/** The first repetition comes after about this, ms … */
const FIRST = 1_000;
/** … each further one after twice as long, up to this, ms: a token of 600 s leaves 120 s between renewal and end. */
const LONGEST = 60_000;
/** The part of a delay that chance decides: many who failed together must not come back together. */
const JITTER = 0.5;

/** How long to wait after each failure in a row. */
export class Backoff {
  #failures = 0;

  /**
   * One more failure; answers how long to wait, ms.
   * @param atLeast - what the server asked for (`Retry-After`), ms.
   */
  failed(atLeast = 0): number {
    const delay = Math.min(FIRST * 2 ** this.#failures, LONGEST);
    this.#failures += 1;
    return atLeast + delay * (1 - JITTER * Math.random());
  }

  /** It worked: the next failure is a first one. */
  succeeded(): void {
    this.#failures = 0;
  }
}
