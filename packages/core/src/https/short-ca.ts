import { createHash } from 'node:crypto';

/**
 * Names a CA bundle shortly in the keys of an agent's connection pools. Node makes such a key three times a request, of the
 * whole text: 2 us each for a single certificate, a tenth of what the whole request takes.
 */
export class ShortCA {
  #text = '';
  #name = '';

  /** A name that no other text has. */
  nameOf(text: string): string {
    // As a rule it is the same string object, so that no text is compared.
    if (text !== this.#text) {
      this.#name = createHash('sha256').update(text).digest('base64');
      this.#text = text;
    }
    return this.#name;
  }
}
