import { Rejection } from './rejection.ts';
import { SuccessCache } from './success-cache.ts';
import { ANONYMOUS, type User } from './user.ts';
import { type Verified, verifyToken } from './verify.ts';
import type { VerifyContext } from './verify-context.ts';

/** Who sent a request, or why nobody did: the client learns only that it was refused. */
export type Authentication = { readonly user: User; readonly warning?: string } | { readonly rejection: string };

/** The line of authenticators of a server: static tokens, then service-account tokens, behind the success cache. */
export class Authenticator {
  readonly #context: VerifyContext;
  readonly #cache: SuccessCache<Verified>;
  readonly #static = new Map<string, User>();
  readonly #revoked = new Set<string>();

  constructor(context: VerifyContext, cacheMs: number) {
    this.#context = context;
    this.#cache = new SuccessCache(cacheMs, context.now);
  }

  /** Says who sent the token, `undefined` being nobody in particular. */
  async authenticate(token: string | undefined): Promise<Authentication> {
    if (token === undefined) return { user: ANONYMOUS };
    try {
      const { user, warning } = await this.review(token);
      return { user, ...(warning !== undefined && { warning }) };
    } catch (error) {
      if (error instanceof Rejection) return { rejection: error.message };
      throw error;
    }
  }

  /**
   * Judges a token for the given audiences (the server's own by default).
   *
   * @throws {Rejection}
   */
  async review(token: string, audiences: readonly string[] = this.#context.audiences): Promise<Verified> {
    const known = this.#static.get(token);
    if (known) return { user: known, claims: {}, audiences };
    const key = `${token} ${audiences.join(' ')}`;
    const cached = this.#cache.get(key);
    const verified = cached ?? (await verifyToken(token, this.#context, audiences));
    if (this.#revoked.has(verified.claims.jti ?? token)) throw new Rejection('the token has been revoked');
    if (!cached) this.#cache.set(key, verified);
    return verified;
  }

  /** Takes an opaque token for this user (`--token-auth-file`), as other distributions' tokens are. */
  trust(token: string, user: User): void {
    this.#static.set(token, user);
  }

  distrust(token: string): void {
    this.#static.delete(token);
  }

  /** Refuses the token of this id (of one without: this text) from the next request on, whatever is cached. */
  revoke(token: string): void {
    this.#revoked.add(token);
  }

  /** Empties the success cache, as a restart of the server does. */
  forget(): void {
    this.#cache.clear();
  }
}
