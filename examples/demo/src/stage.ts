import {
  createProjectedVolume,
  type MintedToken,
  type ProjectedVolume,
  startApiServer,
  type TestApiServer,
} from '@kubefresh/testing';
import type { Pod } from './workloads/workload.ts';

/** A token that came into the volume. */
export interface Landing {
  readonly jti: string;
  /** When the kubelet's rename made it visible, ms since the epoch. */
  readonly at: number;
  /** When it expires, ms since the epoch. */
  readonly expiresAt: number;
}

/** What the demo plays on: an API server, a service account's volume, and the kubelet's part, played on command. */
export class Stage implements AsyncDisposable {
  readonly server: TestApiServer;
  readonly volume: ProjectedVolume;
  /** Every token that came into the volume; the first was there at the start. */
  readonly landings: Landing[] = [];
  readonly #lifetimeSeconds: number;
  #held: MintedToken | undefined;

  private constructor(server: TestApiServer, volume: ProjectedVolume, lifetimeSeconds: number) {
    this.server = server;
    this.volume = volume;
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  /** @param lifetimeSeconds - how long its tokens live. */
  static async open(lifetimeSeconds: number): Promise<Stage> {
    // Without the real server's 60 s of leeway and 10 s of cache: beside tokens of seconds they would hide everything.
    const server = await startApiServer({ leewaySeconds: 0, successCacheSeconds: 0 });
    for (const name of ['api', 'database']) {
      server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } });
    }
    const stage = new Stage(server, createProjectedVolume(), lifetimeSeconds);
    stage.land(await stage.mint());
    return stage;
  }

  /** What a container started here is given. */
  get pod(): Pod {
    const { host, port } = this.server;
    return { env: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: String(port) }, root: this.volume.root };
  }

  /** A new token, on nobody's disk yet. */
  mint(lifetimeSeconds = this.#lifetimeSeconds): Promise<MintedToken> {
    return this.server.mint({ lifetimeSeconds });
  }

  /** The kubelet's AtomicWriter brings a token into the volume. Returns the one that stood there before. */
  land(token: MintedToken): MintedToken | undefined {
    const previous = this.#held;
    const files = { token, 'ca.crt': this.server.caBundle, namespace: 'default' };
    for (const step of this.volume.writeSteps(files)) {
      if (step !== 'commit') continue;
      this.#held = token;
      this.landings.push({ jti: token.jti, at: Date.now(), expiresAt: token.expiresAt });
    }
    return previous;
  }

  /** The server refuses a token from the next request on. */
  refuse(token: MintedToken | undefined): void {
    if (token) this.server.revoke(token);
  }

  /** Waits until some client has sent this token, or for so many ms. */
  async used({ jti }: MintedToken, withinMs: number): Promise<void> {
    await this.server.journal.waitFor((entry) => entry.jti === jti, { timeoutMs: withinMs }).catch(() => undefined);
  }

  /** The token that is in the volume. */
  get held(): MintedToken | undefined {
    return this.#held;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    this.volume[Symbol.dispose]();
  }
}
