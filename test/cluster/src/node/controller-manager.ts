import type { ApiClient } from '../api/client.ts';
import { kubeconfig } from '../api/kubeconfig.ts';
import { Component } from '../machine/component.ts';
import type { StateDirectory } from '../machine/state.ts';
import { until } from '../machine/waiting.ts';
import type { ClusterPki } from '../pki/cluster-pki.ts';

/** What a controller manager is started with. */
export interface ControllerManagerOptions {
  readonly binary: string;
  readonly directory: StateDirectory;
  readonly admin: ApiClient;
  readonly pki: ClusterPki;
  /** What it trusts itself, PEM, asked at each start; also what it publishes, until told otherwise. */
  readonly authority: () => string;
}

/** Ten times what it takes to write one ConfigMap a namespace. */
const PUBLISH_TIMEOUT_MS = 30_000;

/**
 * kube-controller-manager as administrator: accounts and ConfigMaps of namespaces, Deployments, legacy Secrets,
 * garbage collection. It also says which authority pods are to trust.
 */
export class ControllerManager {
  readonly #options: ControllerManagerOptions;
  #published: string;
  #component: Component | undefined;

  constructor(options: ControllerManagerOptions) {
    this.#options = options;
    this.#published = options.authority();
  }

  /** Starts it and waits until namespaces have their ServiceAccount `default` and ConfigMap `kube-root-ca.crt`. */
  async start(): Promise<void> {
    const { binary, directory, admin, pki, authority } = this.#options;
    pki.write('root-ca.crt', this.#published);
    this.#component = await Component.start({
      name: 'kube-controller-manager',
      command: binary,
      args: [
        `--kubeconfig=${directory.write('controller-manager.kubeconfig', kubeconfig(admin.server, authority(), pki.admin))}`,
        '--leader-elect=false',
        // No server of its own: nothing here would ask it.
        '--secure-port=0',
        `--root-ca-file=${directory.file('pki', 'root-ca.crt')}`,
        `--service-account-private-key-file=${directory.file('pki', 'sa.key')}`,
      ],
      directory,
      ready: async () => {
        const base = '/api/v1/namespaces/default';
        await admin.request('GET', `${base}/serviceaccounts/default`);
        await admin.request('GET', `${base}/configmaps/kube-root-ca.crt`);
        return true;
      },
    });
  }

  /** Ends it and starts it again, with the keys and certificates of now. */
  async restart(): Promise<void> {
    await this.#component?.kill();
    await this.start();
  }

  /**
   * Makes `kube-root-ca.crt` of every namespace hold these certificates; returns when it does. The controller restarts
   * for that (about 2 s): it reads its file at start only, and takes back what others write into the ConfigMaps.
   */
  async publish(certificates: string): Promise<void> {
    const { admin } = this.#options;
    this.#published = certificates;
    await this.restart();
    const what = 'kube-root-ca.crt to be published';
    await until(what, () => isPublished(admin, certificates), { timeoutMs: PUBLISH_TIMEOUT_MS });
  }
}

async function isPublished(admin: ApiClient, certificates: string): Promise<boolean> {
  type List = { items: { data?: Record<string, string> }[] };
  const path = '/api/v1/configmaps?fieldSelector=metadata.name%3Dkube-root-ca.crt';
  const { items } = await admin.request<List>('GET', path);
  return items.every(({ data }) => data?.['ca.crt']?.trim() === certificates.trim());
}
