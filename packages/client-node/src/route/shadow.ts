import type { ClientCertificate } from '../exec/credential.ts';
import type { Cluster, OfficialKubeConfig, User } from '../official.ts';

/** What a shadow says instead of the KubeConfig behind it. */
export interface ShadowParts {
  readonly user: User;
  readonly cluster: Cluster;
  /** PEM, instead of the cluster's own file; undefined: as the cluster says. */
  readonly ca: string | undefined;
  /** Instead of the user's own. */
  readonly certificate: ClientCertificate | undefined;
}

/**
 * A KubeConfig that is `kubeConfig` in everything but the credential: its current user has none but a client certificate,
 * and nothing has to be read from disk. The official client's own code, run on it, answers what it always answers
 * (impersonation, server name, proxy, certificates), and a subclass's overrides keep working.
 */
export function shadowOf(
  kubeConfig: OfficialKubeConfig,
  { user, cluster, ca, certificate }: ShadowParts,
): OfficialKubeConfig {
  const shownCluster: Cluster =
    ca === undefined ? cluster : { ...cluster, caFile: undefined, caData: Buffer.from(ca).toString('base64') };
  return shadow(kubeConfig, { ...user, ...base64(certificate) }, shownCluster);
}

/** A shadow that makes no connections: for the options of one request, whose connections are there already. */
export function withoutConnections(shadow: OfficialKubeConfig): OfficialKubeConfig {
  return Object.assign(shadow, { createAgent: () => undefined, createDispatcher: () => undefined });
}

/** The same for headers, which need neither CA nor client certificate: nothing of it changes but with the entries. */
export function shadowForHeaders(kubeConfig: OfficialKubeConfig, user: User, cluster: Cluster): OfficialKubeConfig {
  const none = { certFile: undefined, certData: undefined, keyFile: undefined, keyData: undefined };
  const shownCluster = { ...cluster, caFile: undefined, caData: undefined };
  return withoutConnections(shadow(kubeConfig, { ...user, ...none }, shownCluster));
}

function shadow(kubeConfig: OfficialKubeConfig, user: User, shownCluster: Cluster): OfficialKubeConfig {
  const shownUser: User = { ...user, token: undefined, tokenFile: undefined, exec: undefined, authProvider: undefined };
  return Object.assign(Object.create(kubeConfig) as OfficialKubeConfig, {
    getCurrentUser: () => shownUser,
    getCurrentCluster: () => shownCluster,
    // 2.x keeps agents by the names of cluster and user alone, with the CA of the first moment in them.
    agentCache: new Map(),
    // Where a built-in authenticator serves a user, the client does not ask those that were added.
    custom_authenticators: [],
  });
}

function base64(certificate: ClientCertificate | undefined): Partial<User> {
  if (certificate === undefined) return {};
  return {
    certFile: undefined,
    certData: Buffer.from(certificate.cert).toString('base64'),
    keyFile: undefined,
    keyData: Buffer.from(certificate.key).toString('base64'),
  };
}
