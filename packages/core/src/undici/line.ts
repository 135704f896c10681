import { checkAmount } from '../check-options.ts';
import type { OriginList } from '../origins.ts';
import { Presenter } from '../presenter.ts';
import { isProxied } from '../proxied.ts';
import type { CredentialSource } from '../source/types.ts';
import { ByteBudget } from './budget.ts';

/** The API server takes no request body above 3 MiB (apiserver: `MaxRequestBodyBytes`), so recording more serves nobody. */
export const MAX_REPLAY_BYTES = 3 * 1024 * 1024;
/**
 * What all bodies under way of one dispatcher, or one `bearer()`, together may hold, bytes: five of the largest, or thousands
 * of the usual. A body is held only from its first byte to the head of its response, and a pod's memory is often 64 to 128 MiB,
 * of which many uploads at once must not take most; whoever finds none left is sent all the same, only not once more.
 */
const REPLAY_BUDGET = 16 * 1024 * 1024;

/** What all requests of one interceptor share. */
export class Line extends Presenter {
  readonly origins: OriginList;
  /** Most bytes of one body that are recorded. */
  readonly maxReplayBytes: number;
  readonly budget = new ByteBudget(REPLAY_BUDGET);
  #open = 0;
  #idle: (() => void)[] = [];

  /** @throws InvalidOptionError for what is no source, or no number of bytes. */
  constructor(source: CredentialSource, origins: OriginList, maxReplayBytes: number) {
    super(source);
    checkAmount('maxReplayBytes', maxReplayBytes, 'bytes');
    this.origins = origins;
    this.maxReplayBytes = maxReplayBytes;
  }

  /** Whether not the API server answers this request, but a backend behind it. */
  isProxied({ origin = '', path }: { readonly origin?: string | URL | undefined; readonly path: string }): boolean {
    return isProxied(path, this.origins.match(origin, path) ?? '');
  }

  /** Whether any request is under way. */
  get isBusy(): boolean {
    return this.#open > 0;
  }

  /** One more request is under way. */
  opened(): void {
    this.#open += 1;
  }

  /** One is done. */
  closed(): void {
    this.#open -= 1;
    if (this.#open === 0 && this.#idle.length > 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves when no request is under way. */
  async whenIdle(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}
