import type { Cluster } from '../official.ts';
import type { ExecConfig } from './config.ts';

/** What the API version is where the kubeconfig does not say: the last one that had no rules about it. */
const OLDEST_API_VERSION = 'client.authentication.k8s.io/v1beta1';

/** What a plugin is told, in the environment variable KUBERNETES_EXEC_INFO. */
export interface ExecInfo {
  readonly kind: 'ExecCredential';
  readonly apiVersion: string;
  readonly spec: { readonly interactive: boolean; readonly cluster?: Readonly<Record<string, unknown>> };
}

/**
 * What a plugin is told; as kubectl does it (client-go: `plugin/pkg/client/auth/exec`).
 *
 * @param interactive - whether the plugin may ask on the terminal.
 * @param ca - the cluster's CA, PEM; told with the rest of the cluster where the plugin wants to know it.
 */
export function execInfo(config: ExecConfig, interactive: boolean, cluster: Cluster, ca: string | undefined): ExecInfo {
  return {
    kind: 'ExecCredential',
    apiVersion: config.apiVersion ?? OLDEST_API_VERSION,
    spec: { interactive, ...(config.provideClusterInfo === true ? { cluster: clusterInfo(cluster, ca) } : {}) },
  };
}

function clusterInfo(cluster: Cluster, ca: string | undefined): Record<string, unknown> {
  return {
    server: cluster.server,
    ...(cluster.tlsServerName ? { 'tls-server-name': cluster.tlsServerName } : {}),
    ...(cluster.skipTLSVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(ca ? { 'certificate-authority-data': Buffer.from(ca).toString('base64') } : {}),
    ...(cluster.proxyUrl ? { 'proxy-url': cluster.proxyUrl } : {}),
  };
}
