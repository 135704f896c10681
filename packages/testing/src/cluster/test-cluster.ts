import { join } from 'node:path';
import type { TestKubelet } from '../kubelet/test-kubelet.ts';
import type { TestApiServer } from '../server/test-api-server.ts';
import type { ProjectedVolume } from '../volume/projected-volume.ts';
import { writeKubeconfig } from './kubeconfig.ts';

/** The variables by which a program finds the API server and the volume as if it ran in the pod, and a kubeconfig for others. */
export interface ClusterEnvironment {
  /** The server's address, as in a pod. */
  readonly KUBERNETES_SERVICE_HOST: string;
  /** The server's port, as in a pod. */
  readonly KUBERNETES_SERVICE_PORT: string;
  /** The same, by the name of the Service's port. */
  readonly KUBERNETES_SERVICE_PORT_HTTPS: string;
  /** The `root` of `inCluster()`. */
  readonly KUBEFRESH_ROOT: string;
  /** The volume's directory, as kubernetes-client looks for it. */
  readonly KUBERNETES_CLIENT_SERVICEACCOUNT_ROOT: string;
  /** Path of the kubeconfig, for kubectl and client-go. */
  readonly KUBECONFIG: string;
  /** As `process.env` and `spawn({ env })` want it. */
  readonly [name: string]: string;
}

/** A server, a volume and the kubelet between them; what `startCluster()` returns. */
export class TestCluster implements AsyncDisposable {
  /** The API server. */
  readonly server: TestApiServer;
  /** The volume that the program reads. */
  readonly volume: ProjectedVolume;
  /** Who writes the volume. */
  readonly kubelet: TestKubelet;
  /** The pod's namespace. */
  readonly namespace: string;
  /** Path of a kubeconfig that names the volume's token and CA files. */
  readonly kubeconfig: string;

  /** @internal */
  constructor(parts: {
    readonly server: TestApiServer;
    readonly volume: ProjectedVolume;
    readonly kubelet: TestKubelet;
    readonly namespace: string;
  }) {
    this.server = parts.server;
    this.volume = parts.volume;
    this.kubelet = parts.kubelet;
    this.namespace = parts.namespace;
    this.kubeconfig = join(this.root, 'kubeconfig');
    writeKubeconfig(this.kubeconfig, this);
  }

  /** What stands for `/` of the pod: prefix of `var/run/secrets/kubernetes.io/serviceaccount`. */
  get root(): string {
    return this.volume.root;
  }

  /**
   * The environment of a program in the pod. It has the volume's place too, since a process of its own cannot be given
   * `/var/run/secrets` without a container.
   */
  get env(): ClusterEnvironment {
    const { host, port } = this.server;
    return {
      KUBERNETES_SERVICE_HOST: host,
      KUBERNETES_SERVICE_PORT: String(port),
      KUBERNETES_SERVICE_PORT_HTTPS: String(port),
      KUBEFRESH_ROOT: this.root,
      KUBERNETES_CLIENT_SERVICEACCOUNT_ROOT: this.volume.directory,
      KUBECONFIG: this.kubeconfig,
    };
  }

  /** Puts {@link env} into `process.env`; disposing of the result restores what was there. */
  useEnvironment(): Disposable {
    const before = Object.keys(this.env).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, this.env);
    return {
      [Symbol.dispose]: () => {
        for (const [name, value] of before) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      },
    };
  }

  /** Stops the kubelet and the server and removes the volume. */
  async close(): Promise<void> {
    await this.kubelet.close();
    await this.server.close();
    this.volume[Symbol.dispose]();
  }

  /** `close()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
