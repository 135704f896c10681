/** The pod that each client asks for before anything counts: its connection and its code are there then. */
export const WARM_UP = 'warm-up';

/** One request of a client, as both sides saw it. */
export interface Attempt {
  /** Whether the server answered it with 200. */
  readonly served: boolean;
  /** What its caller got in place of an answer. */
  readonly error: string | undefined;
}

/** What one client went through. */
export interface Outage {
  /** Requests that failed: the server served them not, or the caller got nothing of it. */
  readonly failed: number;
  /** The most that failed one after the other. */
  readonly longest: number;
  /** Whether the last one failed, so that nobody knows when it would have ended. */
  readonly lasting: boolean;
  /** What the caller of the first that failed got, if anything. */
  readonly error: string | undefined;
}

/** @param attempts - in the order of their times. */
export function outageOf(attempts: readonly Attempt[]): Outage {
  let [failed, run, longest] = [0, 0, 0];
  for (const { served, error } of attempts) {
    const well = served && error === undefined;
    run = well ? 0 : run + 1;
    failed += well ? 0 : 1;
    longest = Math.max(longest, run);
  }
  const first = attempts.find(({ error }) => error !== undefined);
  return { failed, longest, lasting: run > 0, error: first?.error };
}
