/**
 * How long a watch that is refused is tried again, ms: as long as the official client waits for a watch to be answered
 * (`requestTimeoutMs`). 2.x then opens it again by itself; in 1.x the 401 reaches the caller.
 */
const PATIENCE = 30_000;
/** The first pause, ms; each is twice the one before … */
const FIRST_PAUSE = 500;
/** … up to this one. */
const LONGEST_PAUSE = 8000;

const now = performance.now.bind(performance);

/**
 * Patience with a 401 for which there is no better credential. A call's caller can decide for himself; an informer of the
 * official client, refused once, tells an error and stays dead. client-go's goes on, and so shall this.
 */
export class Patience {
  readonly #since = now();
  #pause = FIRST_PAUSE;

  /** How long to wait before the next try, ms; undefined when it is exhausted. */
  next(): number | undefined {
    if (now() - this.#since > PATIENCE) return undefined;
    const pause = this.#pause;
    this.#pause = Math.min(2 * pause, LONGEST_PAUSE);
    return pause;
  }
}

/** Whether a request opens a watch. */
export function isWatch(method: string | undefined, path: string): boolean {
  return method === 'GET' && /[?&]watch=(?:true|1)(?:&|$)/.test(path);
}
