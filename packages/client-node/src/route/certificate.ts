import { readFileSync } from 'node:fs';
import type { ClientCertificate } from '../exec/credential.ts';
import type { User } from '../official.ts';

/**
 * The client certificate in a user's files, as it is now: certificates are rotated too. Undefined where the user has no such
 * files; what he has as data the official client reads itself.
 *
 * While a file is missing, the last good pair serves.
 */
export class CertificateFiles {
  #last: ClientCertificate | undefined;

  read({ certFile, keyFile }: User): ClientCertificate | undefined {
    if (!certFile || !keyFile) return undefined;
    try {
      const cert = readFileSync(certFile, 'utf8');
      const key = readFileSync(keyFile, 'utf8');
      if (cert === this.#last?.cert && key === this.#last.key) return this.#last;
      this.#last = { cert, key };
    } catch (error) {
      if (this.#last === undefined) throw error;
    }
    return this.#last;
  }
}
