import { readFileSync } from 'node:fs';
import type { ApiClient } from '../api/client.ts';
import { kubeconfig } from '../api/kubeconfig.ts';
import { Component } from '../machine/component.ts';
import { freePorts } from '../machine/ports.ts';
import type { StateDirectory } from '../machine/state.ts';
import { NODE_NAME } from '../pki/cluster-pki.ts';
import { containerdSocket } from './containerd.ts';
import type { Enter } from './namespaces.ts';

/** What a kubelet is started with. */
export interface KubeletOptions {
  readonly binary: string;
  readonly directory: StateDirectory;
  readonly enter: Enter;
  /** Where it finds the API: the proxy that holds its certificate; see {@link ./token-proxy.ts}. */
  readonly server: string;
  readonly admin: ApiClient;
}

/** The node's kubelet. */
export class Kubelet {
  readonly #options: KubeletOptions;
  #component: Component | undefined;

  constructor(options: KubeletOptions) {
    this.#options = options;
  }

  /** Starts it and waits until the node is Ready (about 2 s). */
  async start(): Promise<void> {
    const { binary, directory, enter, server, admin } = this.#options;
    const [port = 0] = await freePorts(1);
    const args = [
      `--config=${directory.write('kubelet.json', JSON.stringify(configuration(directory, port), undefined, 2))}`,
      `--kubeconfig=${directory.write('kubelet.kubeconfig', kubeconfig(server, undefined))}`,
      `--root-dir=${directory.file('kubelet')}`,
      `--cert-dir=${directory.file('kubelet-pki')}`,
      `--hostname-override=${NODE_NAME}`,
    ];
    const started = new Date();
    this.#component = await Component.start({
      name: 'kubelet',
      ...enter(binary, args),
      directory,
      ready: () => isReady(admin, started),
    });
  }

  /** Ends it at once; pods go on running. */
  async kill(): Promise<void> {
    await this.#component?.kill();
  }

  /** Ends it at once and starts it again: it has forgotten every token and asks for new ones. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }
}

/** Whether this start of the kubelet, not one before, says that the node is Ready. */
async function isReady(admin: ApiClient, since: Date): Promise<boolean> {
  type Node = { status: { conditions?: { type: string; status: string; lastHeartbeatTime: string }[] } };
  const { status } = await admin.request<Node>('GET', `/api/v1/nodes/${NODE_NAME}`);
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  // Heartbeats have whole seconds.
  return ready?.status === 'True' && Date.parse(ready.lastHeartbeatTime) >= Math.floor(since.getTime() / 1000) * 1000;
}

/**
 * The machine's name servers, for the pods. Not by the file's own path: where systemd-resolved keeps it, the node's
 * namespace hides it.
 */
function nameServers(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return 'nameserver 127.0.0.1\n';
  }
}

function configuration(directory: StateDirectory, port: number): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '127.0.0.1',
    port,
    healthzPort: 0,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: false },
      x509: { clientCAFile: directory.file('pki', 'client-ca.crt') },
    },
    // Only the API server's certificate gets this far.
    authorization: { mode: 'AlwaysAllow' },
    containerRuntimeEndpoint: `unix://${containerdSocket(directory)}`,
    // The token proxy reads which pod a TokenRequest is for.
    contentType: 'application/json',
    // A pod is synced once a minute, or at once when its object changes: so a test alone says when.
    syncFrequency: '1m',
    cgroupDriver: 'cgroupfs',
    // The node shares the machine with everything else; it reserves and limits nothing.
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    evictionHard: { 'memory.available': '0%', 'nodefs.available': '0%', 'imagefs.available': '0%' },
    imageGCHighThresholdPercent: 100,
    makeIPTablesUtilChains: false,
    oomScoreAdj: 0,
    podLogsDir: directory.file('pod-logs'),
    volumePluginDir: directory.file('volume-plugins'),
    resolvConf: directory.write('resolv.conf', nameServers()),
  };
}
