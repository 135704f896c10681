import type { ClientRequest, IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers';
import type { CredentialSource } from '@kubefresh/core';
import { isProxied } from './proxied.ts';

/** How often the source is told the server's time, ms: it takes no more. */
const INTERVAL = 10_000;

// Taken at import: a user's fake timers are the user's.
const setTimer = setTimeout;

/** Tells the source the API server's time now and then, so that a wrong clock of ours makes no good token look expired. */
export class DateSamples {
  readonly #source: CredentialSource;
  #due = true;

  constructor(source: CredentialSource) {
    this.#source = source;
  }

  /** Any response; not the clock of a backend behind the server. */
  observe({ headers }: IncomingMessage, { path }: ClientRequest): void {
    if (headers.date === undefined || isProxied(path)) return;
    this.#due = false;
    setTimer(() => {
      this.#due = true;
    }, INTERVAL).unref();
    this.#source.observeDate?.(headers.date);
  }

  /** Whether `observe` would do anything; a response's headers are made when they are asked for. */
  get due(): boolean {
    return this.#due;
  }
}
