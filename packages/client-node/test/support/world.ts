import {
  createProjectedVolume,
  type MintedToken,
  type ProjectedVolume,
  startApiServer,
  type TestApiServer,
} from '@kubefresh/testing';
import * as library1 from 'client-node-1';
import * as library2 from 'client-node-2';

/** The parts of the official client that the tests use; what differs between the majors' types is not among them. */
export type Library = typeof library2;

/** One of the official client's majors. */
interface Major {
  readonly version: string;
  readonly library: Library;
}

/** Both majors, for `describe.each`. */
export const majors: readonly [Major, Major] = [
  { version: '1.4.0', library: library1 as unknown as Library },
  { version: '2.0.1', library: library2 },
];

/** A pod that is there from the start. */
export const POD = 'web';

/** An API server that judges every token anew, and a service account volume with a good one. */
export class World implements AsyncDisposable {
  readonly server: TestApiServer;
  readonly volume: ProjectedVolume;
  #token: MintedToken;

  private constructor(server: TestApiServer, volume: ProjectedVolume, token: MintedToken) {
    this.server = server;
    this.volume = volume;
    this.#token = token;
  }

  /** @param inEnvironment - whether this process is to be in its cluster: only one of those that exist at once can be. */
  static async create({ inEnvironment = true } = {}): Promise<World> {
    const server = await startApiServer({ leewaySeconds: 0, successCacheSeconds: 0 });
    server.objects.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: POD, namespace: 'default' },
      spec: { containers: [{ name: 'main', image: 'image' }] },
    });
    const token = await server.mint();
    const volume = createProjectedVolume({ files: { token, 'ca.crt': server.caBundle, namespace: 'default' } });
    if (inEnvironment) {
      process.env['KUBERNETES_SERVICE_HOST'] = server.host;
      process.env['KUBERNETES_SERVICE_PORT'] = String(server.port);
    }
    return new World(server, volume, token);
  }

  get token(): MintedToken {
    return this.#token;
  }

  /** A new token in the volume; the old one is refused from now on. */
  async rotate(): Promise<MintedToken> {
    const old = this.#token;
    this.#token = await this.server.mint();
    this.volume.write({ token: this.#token });
    this.server.revoke(old);
    return this.#token;
  }

  /** A kubeconfig of one user, as JSON, which is YAML. */
  kubeconfig(user: object, cluster: object = {}): string {
    return JSON.stringify({
      clusters: [
        { name: 'c', cluster: { server: this.server.origin, 'certificate-authority': this.volume.caFile, ...cluster } },
      ],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.volume[Symbol.dispose]();
    await this.server.close();
  }
}

/** Lists pods; resolves with their names. */
export async function list(
  library: Library,
  kubeConfig: InstanceType<Library['KubeConfig']>,
): Promise<(string | undefined)[]> {
  const { items } = await kubeConfig.makeApiClient(library.CoreV1Api).listNamespacedPod({ namespace: 'default' });
  return items.map(({ metadata }) => metadata?.name);
}
