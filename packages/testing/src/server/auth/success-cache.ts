/**
 * The API server's cache of successful authentications: an entry stands for a fixed time from its first success, not
 * sliding; failures are not kept (`apiserver/pkg/authentication/token/cache`).
 */
export class SuccessCache<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly until: number }>();
  readonly #lifeMs: number;
  readonly #now: () => number;

  constructor(lifeMs: number, now: () => number) {
    this.#lifeMs = lifeMs;
    this.#now = now;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.until > this.#now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: T): void {
    if (this.#lifeMs > 0) this.#entries.set(key, { value, until: this.#now() + this.#lifeMs });
  }

  clear(): void {
    this.#entries.clear();
  }
}
