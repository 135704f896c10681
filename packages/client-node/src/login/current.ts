import { resolve } from 'node:path';
import { type ExecConfig, execConfigOf } from '../exec/config.ts';
import type { Cluster, OfficialKubeConfig, User } from '../official.ts';

/** Where the kubelet puts the tokens of pods, below whatever prefix `loadFromCluster` was given. */
const SERVICE_ACCOUNT_VOLUME = /\/(?:var\/)?run\/secrets\/kubernetes\.io\/serviceaccount\/token$/;

/** A token's file: absolute, and whether it is that of a pod. */
interface TokenFile {
  readonly tokenFile: string;
  readonly inPod: boolean;
}

/** Who logs in, where, and by what means that are our business. */
export interface Current {
  readonly user: User;
  readonly cluster: Cluster;
  readonly means: TokenFile | ExecConfig;
}

/**
 * Who is current at this moment; undefined for everybody who is not our business. To be asked before anything is waited for,
 * as the official client does: a program may switch the context right after a call, and no cluster is to see the credential
 * of another's user.
 */
export function currentOf(kubeConfig: OfficialKubeConfig): Current | undefined {
  const user = kubeConfig.getCurrentUser();
  const cluster = kubeConfig.getCurrentCluster();
  // Without them the official client has its own error.
  if (!user || !cluster?.server) return undefined;
  const means = meansOf(user);
  return means === undefined ? undefined : { user, cluster, means };
}

/** A token file beats a token, as in client-go; a plugin does not, as in the official client. */
function meansOf(user: User): TokenFile | ExecConfig | undefined {
  if (user.tokenFile) return { tokenFile: resolve(user.tokenFile), inPod: false };
  return user.token ? undefined : (fileOfProvider(user) ?? execConfigOf(user));
}

/** The file of the auth provider that `loadFromCluster` makes. */
function fileOfProvider(user: User): TokenFile | undefined {
  const provider = user.authProvider as { config?: { tokenFile?: unknown } } | null | undefined;
  const file = provider?.config?.tokenFile;
  if (typeof file !== 'string' || file === '') return undefined;
  return { tokenFile: resolve(file), inPod: SERVICE_ACCOUNT_VOLUME.test(file) };
}
