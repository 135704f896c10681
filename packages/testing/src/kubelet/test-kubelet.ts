import type { Clock } from '../clock.ts';
import { TestingError } from '../errors.ts';
import type { MintedToken } from '../server/auth/minted-token.ts';
import type { TestApiServer } from '../server/test-api-server.ts';
import type { ProjectedVolume } from '../volume/projected-volume.ts';
import type { KubeletOptions } from './options.ts';
import { needsRefresh } from './refresh-rule.ts';

/** A token that the kubelet put into the volume, and when (ms since the epoch by its clock). */
export interface Rotation {
  /** The token that was written. */
  readonly token: MintedToken;
  /** When its write was complete, ms since the epoch by the kubelet's clock. */
  readonly at: number;
}

// How often a pod is synced, in seconds: `syncFrequency` and its jitter.
const SYNC_SECONDS = { least: 60, spread: 30 };

/** The kubelet of one pod, as far as its token goes; what `startKubelet()` returns. */
export class TestKubelet implements AsyncDisposable {
  readonly #server: TestApiServer;
  readonly #volume: ProjectedVolume;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #account: { readonly namespace: string; readonly name: string };
  readonly #pod: string;
  readonly #spec: { readonly expirationSeconds: number; readonly audiences?: readonly string[] };
  readonly #rotations: Rotation[] = [];
  readonly #listeners = new Set<(rotation: Rotation) => void>();
  #held: { readonly token: MintedToken; readonly lifeMs: number } | undefined;
  #writtenCA: string | undefined;
  #holding = false;
  #terminating = false;
  #closed = false;
  #cancel: (() => void) | undefined;
  /** Syncs run one after the other, as a pod's worker does. */
  #work: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(options: KubeletOptions) {
    this.#server = options.server;
    this.#volume = options.volume;
    this.#clock = options.clock ?? options.server.clock;
    this.#random = options.random ?? Math.random;
    this.#account = { namespace: options.namespace ?? 'default', name: options.serviceAccount ?? 'default' };
    this.#pod = options.pod ?? 'pod';
    const { expirationSeconds = 3607, audiences } = options;
    this.#spec = { expirationSeconds, ...(audiences && { audiences }) };
  }

  /** The token it holds, which is the one in the volume unless something else was written there. */
  get current(): MintedToken | undefined {
    return this.#held?.token;
  }

  /** Every token it has written, oldest first. */
  get rotations(): readonly Rotation[] {
    return [...this.#rotations];
  }

  /** Calls back after each write of a new token; the result stops that. */
  onRotate(listener: (rotation: Rotation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Asks for a new token now and writes it, whatever the rule says.
   *
   * @throws {TestingError} `ERR_KUBEFRESH_TESTING_REQUEST_REFUSED`, `ERR_KUBEFRESH_TESTING_CLOSED`
   */
  rotate(): Promise<MintedToken> {
    return this.#serially(async () => {
      const token = await this.#request();
      this.#write();
      return token;
    });
  }

  /**
   * What one sync of the pod does: a new token if the rule asks for one, then all files into the volume. A refused
   * request is no error while the old token lives.
   *
   * @throws {TestingError} `ERR_KUBEFRESH_TESTING_REQUEST_REFUSED` if there is no living token to fall back on
   */
  sync(): Promise<void> {
    return this.#serially(async () => {
      if (!this.#terminating && this.#isDue()) await this.#tryRequest();
      this.#write();
    });
  }

  /** Writes the files it holds once more, whatever stands there: heals what a test has spoiled. */
  rewrite(): Promise<void> {
    return this.#serially(async () => {
      this.#writtenCA = undefined;
      this.#write();
    });
  }

  /** Lets every TokenRequest fail until {@link resume}: the API server cannot be reached, say. */
  hold(): void {
    this.#holding = true;
  }

  /** Lets TokenRequests through again after {@link hold}. */
  resume(): void {
    this.#holding = false;
  }

  /** The pod is being deleted: its token is never renewed again, though it may go on for its grace period. */
  terminate(): void {
    this.#terminating = true;
  }

  /** Starts anew: another token at once; with `overMount` into a volume that the running container does not see. */
  async restart(options: { readonly overMount?: boolean } = {}): Promise<void> {
    if (options.overMount) this.#volume.overMount();
    this.#held = undefined;
    await this.sync();
  }

  /** Stops it; the volume stays as it is. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#work.catch(() => undefined);
  }

  /** `close()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal */
  schedule(): void {
    const seconds = SYNC_SECONDS.least + this.#random() * SYNC_SECONDS.spread;
    this.#cancel = this.#clock.after((seconds * 1000) / this.#server.timeScale, () => {
      // A sync that fails is tried again with the next one: what a pod's FailedMount does.
      void this.sync().catch(() => undefined);
      if (!this.#closed) this.schedule();
    });
  }

  #isDue(): boolean {
    if (!this.#held) return true;
    const { token, lifeMs } = this.#held;
    const held = { expiresAt: token.expiresAt, lifeMs };
    return needsRefresh(held, this.#clock.now(), this.#server.timeScale, this.#random);
  }

  async #tryRequest(): Promise<void> {
    try {
      await this.#request();
    } catch (cause) {
      if (this.#held && this.#held.token.expiresAt > this.#clock.now()) return;
      throw cause;
    }
  }

  async #request(): Promise<MintedToken> {
    if (this.#holding) {
      throw new TestingError('ERR_KUBEFRESH_TESTING_REQUEST_REFUSED', 'kubelet: requests are on hold until resume()');
    }
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: this.#pod };
    const { minted, lifetimeSeconds } = await this.#server
      .requestToken(this.#account, { ...this.#spec, boundObjectRef })
      .catch((cause) => {
        const { namespace, name } = this.#account;
        const message = `kubelet: no token for ${namespace}/${name}: ${String(cause)}`;
        throw new TestingError('ERR_KUBEFRESH_TESTING_REQUEST_REFUSED', message, { cause });
      });
    this.#held = { token: minted, lifeMs: lifetimeSeconds * 1000 };
    return minted;
  }

  #write(): void {
    if (!this.#held || this.#closed) return;
    const { token } = this.#held;
    const caBundle = this.#server.caBundle;
    const rotated = this.#rotations.at(-1)?.token !== token;
    // Compared with what it wrote, not with what stands there: a file that a test has spoiled stays so until the next
    // rotation, however often the time scale makes the kubelet look.
    if (!rotated && caBundle === this.#writtenCA) return;
    this.#volume.write({ token, 'ca.crt': caBundle, namespace: this.#account.namespace });
    this.#writtenCA = caBundle;
    if (!rotated) return;
    const rotation = { token, at: this.#clock.now() };
    this.#rotations.push(rotation);
    for (const listener of this.#listeners) listener(rotation);
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) {
      return Promise.reject(new TestingError('ERR_KUBEFRESH_TESTING_CLOSED', 'this kubelet has been closed'));
    }
    const result = this.#work.then(work, work);
    this.#work = result.catch(() => undefined);
    return result;
  }
}
