import type { Listener } from '../events.ts';
import type { Credential, CredentialSource, SourceEvents, SourceState } from './types.ts';

/** Hears every event of one source. */
export type Heard = <Name extends keyof SourceEvents>(name: Name, event: SourceEvents[Name]) => void;

/** One of the two sources of a fallback: asked without exceptions, listened to until it is left. */
export class Follower {
  readonly source: CredentialSource;
  readonly #listeners: { readonly [Name in keyof SourceEvents]: Listener<SourceEvents[Name]> };
  #trouble: unknown;

  constructor(source: CredentialSource, heard: Heard) {
    this.source = source;
    this.#listeners = {
      renewed: (event) => heard('renewed', event),
      stale: (event) => heard('stale', event),
      rejected: (event) => heard('rejected', event),
      fault: (event) => heard('fault', event),
    };
    const { renewed, stale, rejected, fault } = this.#listeners;
    source.on('renewed', renewed).on('stale', stale).on('rejected', rejected).on('fault', fault);
  }

  /** Its credential, or undefined while there is none. */
  current(): Credential | undefined {
    try {
      return this.source.current();
    } catch (error) {
      this.#trouble = error;
      return undefined;
    }
  }

  /** Why there was none, when it was last asked in vain. */
  get trouble(): unknown {
    return this.#trouble;
  }

  get state(): SourceState {
    return this.source.status().state;
  }

  /** Whether it has a token that the API server should take. */
  get alive(): boolean {
    return this.state !== 'empty' && this.state !== 'expired';
  }

  /** Hears no more. */
  leave(): void {
    const { renewed, stale, rejected, fault } = this.#listeners;
    this.source.off('renewed', renewed).off('stale', stale).off('rejected', rejected).off('fault', fault);
  }
}
