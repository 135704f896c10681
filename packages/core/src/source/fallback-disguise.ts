import { inPlaceOf } from './credential.ts';
import type { Credential, CredentialSource } from './types.ts';

/** Whose a credential really is. */
export interface Behind {
  readonly source: CredentialSource;
  readonly credential: Credential;
}

/**
 * Gives the credentials of several sources generations of one: each of theirs appears as one of ours, the same one each
 * time, and for each of ours it is known what is behind it.
 */
export class Disguise {
  readonly #worn = new WeakMap<Credential, Credential>();
  readonly #behind = new WeakMap<Credential, Behind>();
  #generation = 0;
  #last: { readonly theirs: Credential; readonly place: Credential; readonly ours: Credential } | undefined;

  /**
   * Ours for `theirs`.
   * @param place - the credential whose CA and namespace it has.
   */
  of(source: CredentialSource, theirs: Credential, place: Credential): Credential {
    // The same one, request after request.
    if (this.#last?.theirs === theirs && this.#last.place === place) return this.#last.ours;
    let ours = this.#worn.get(theirs);
    if (ours === undefined || ours.ca !== place.ca || ours.namespace !== place.namespace) {
      this.#generation += 1;
      ours = inPlaceOf(theirs, place, this.#generation);
      this.#worn.set(theirs, ours);
      this.#behind.set(ours, { source, credential: theirs });
    }
    this.#last = { theirs, place, ours };
    return ours;
  }

  /** What is behind one of ours; undefined for a credential that is none. */
  behind(ours: Credential): Behind | undefined {
    return this.#behind.get(ours);
  }
}
