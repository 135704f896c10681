import type { KubefreshError } from '../errors.ts';
import type { Emitter } from '../events.ts';
import type { Engine } from './handle.ts';
import type { Credential, RejectionEvidence, SourceEvents, SourceStatus } from './types.ts';

/**
 * What the secondary of a fallback authenticates with: the fallback as all see it, except that refusals and renewals do not
 * come back to the secondary. It would wait for the very request that it has just sent.
 */
export class FallbackSelf implements Engine {
  readonly #whole: Engine;
  readonly #without: Pick<Engine, 'rejected' | 'renew'>;

  constructor(whole: Engine, withoutSecondary: Pick<Engine, 'rejected' | 'renew'>) {
    this.#whole = whole;
    this.#without = withoutSecondary;
  }

  rejected(credential: Credential, evidence: RejectionEvidence) {
    return this.#without.rejected(credential, evidence);
  }

  renew(reason: string): Promise<void> {
    return this.#without.renew(reason);
  }

  current(): Credential {
    return this.#whole.current();
  }

  observeDate(date: string): void {
    this.#whole.observeDate(date);
  }

  status(): SourceStatus {
    return this.#whole.status();
  }

  get faults(): readonly KubefreshError[] {
    return this.#whole.faults;
  }

  first(callback: () => void): () => void {
    return this.#whole.first(callback);
  }

  attach(events: Emitter<SourceEvents>): void {
    this.#whole.attach(events);
  }

  detach(events: Emitter<SourceEvents>): void {
    this.#whole.detach(events);
  }

  /** It lives and ends with the whole. */
  release(): void {}
}
