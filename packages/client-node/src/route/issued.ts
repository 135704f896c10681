import type { Credential } from '@kubefresh/core';

/** A header is still known as ours after so many rotations: a request is on its way for seconds, a token lives for minutes. */
const REMEMBERED = 8;

/**
 * The Authorization headers that we handed to the official client. It sends them on like any caller's own; on their way out
 * they must be known as ours, to be replaced by the token of that moment, and only for the API server.
 */
export class IssuedHeaders {
  #values: readonly string[] = [];
  #credential: Credential | undefined;

  /** The header for a credential; made once for each token. */
  for(credential: Credential): string {
    const latest = this.#values[0];
    if (credential === this.#credential && latest !== undefined) return latest;
    const value = `Bearer ${credential.token.reveal()}`;
    this.#credential = credential;
    // It may have been here before: a predecessor stands in for a token that is refused.
    const others = this.#values.filter((other) => other !== value);
    this.#values = [value, ...others].slice(0, REMEMBERED);
    return value;
  }

  /** Whether a header's value is one of them. */
  has(value: unknown): boolean {
    return typeof value === 'string' && this.#values.includes(value);
  }
}
