import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import { type Credential, explainUntrusted } from '@kubefresh/core';
import { evidenceOf } from '../evidence.ts';
import { isWatch, Patience } from '../route/patience.ts';
import type { Upstream } from './upstream.ts';

/** How long the source may take to look for another CA after a verification failure, ms. */
const RENEW_TIMEOUT = 5000;

// Taken at import: a user's fake timers are the user's.
const setTimer = setTimeout;
const clearTimer = clearTimeout;
const now = performance.now.bind(performance);

/** What one request, in trouble, can be sent with instead. */
export class Cures {
  readonly #upstream: Upstream;
  readonly #patience: Patience | undefined;
  #credential: Credential;
  /** What the connection is verified with: not always the credential's CA, which may have come after the agent was chosen. */
  #ca: string | undefined;
  #sentAt = now();
  /** The newest generation that was refused. */
  #refused = 0;
  #tried = false;
  #triedAnotherCA = false;
  #endPause: (() => void) | undefined;

  /** @param ca - of the agent that the request is sent on. */
  constructor(request: ClientRequest, credential: Credential, ca: string | undefined, upstream: Upstream) {
    this.#upstream = upstream;
    this.#credential = credential;
    this.#ca = ca;
    this.#patience = isWatch(request.method, request.path) ? new Patience() : undefined;
  }

  /** What the request was sent with last. */
  get credential(): Credential {
    return this.#credential;
  }

  /** Whether one was tried already. */
  get tried(): boolean {
    return this.#tried;
  }

  /** Whether another CA was looked for already. */
  get triedAnotherCA(): boolean {
    return this.#triedAnotherCA;
  }

  /** The request is sent with this one now. */
  trying(credential: Credential): void {
    this.#tried = true;
    this.#credential = credential;
    this.#ca = credential.ca;
    this.#sentAt = now();
  }

  /** Nobody waits for the request any more. */
  giveUp(): void {
    this.#endPause?.();
  }

  /** A 403 said that the server took us for anonymous: the source tells why. No other credential would do better. */
  cameAnonymous({ headers }: IncomingMessage): void {
    void this.#ask(403, this.#credential, headers);
  }

  /** For a 401: the credential to send it with once more, if there is any. */
  async forRefusal(response: IncomingMessage): Promise<Credential | undefined> {
    const refused = this.#credential;
    const next = await this.#ask(401, refused, response.headers);
    // A second resend is for a token that is newer than all that were refused: rotations can follow each other closely.
    const worthwhile = next !== undefined && (!this.#tried || next.generation > this.#refused);
    this.#refused = Math.max(this.#refused, refused.generation);
    return worthwhile ? next : this.#later();
  }

  /** For a server that the CA did not sign: a credential with another CA, if there is any. */
  async forUntrusted(): Promise<Credential | undefined> {
    this.#triedAnotherCA = true;
    try {
      const signal = AbortSignal.timeout(RENEW_TIMEOUT);
      const credential = await this.#upstream.source.renew({ reason: 'tls', signal });
      return credential.ca === this.#ca ? undefined : credential;
    } catch {
      return undefined;
    }
  }

  /** What the owner is told of a server that no CA has signed: with the CA's file and fingerprint in it. */
  explained(error: Error): Error {
    return explainUntrusted(
      error,
      this.#upstream.place.origin,
      this.#upstream.verifierOf({ ca: this.#ca, caFile: this.#credential.caFile }),
    );
  }

  async #ask(status: number, refused: Credential, headers: IncomingHttpHeaders): Promise<Credential | undefined> {
    const evidence = evidenceOf(status, headers, this.#upstream.place.origin, this.#sentAt);
    try {
      return await this.#upstream.source.rejected(refused, evidence);
    } catch {
      return undefined;
    }
  }

  /** For a watch, while there is patience: the credential of then. */
  async #later(): Promise<Credential | undefined> {
    const pause = this.#patience?.next();
    if (pause === undefined) return undefined;
    await new Promise<void>((resolve) => {
      const timer = setTimer(resolve, pause);
      this.#endPause = () => {
        clearTimer(timer);
        resolve();
      };
    });
    try {
      return this.#upstream.source.current();
    } catch {
      return undefined;
    }
  }
}
