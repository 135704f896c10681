import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { execConfigOf } from '../exec/config.ts';
import type { Cluster, User } from '../official.ts';
import { ExecLogin } from './exec-login.ts';
import type { Login } from './login.ts';
import { TokenFileLogin, type TokenFileOptions } from './token-file-login.ts';

/** Where the kubelet puts the tokens of pods, below whatever prefix `loadFromCluster` was given. */
const SERVICE_ACCOUNT_VOLUME = /\/(?:var\/)?run\/secrets\/kubernetes\.io\/serviceaccount\/token$/;

/** What a login needs to know of the options. */
export interface LoginOptions {
  readonly startupWait: number;
  readonly pollInterval: number | undefined;
}

/** A login that is not made yet: those with one key share one. */
export interface LoginChoice {
  readonly key: string;
  create(): Login;
}

/**
 * How `user` logs in to `cluster`, where it is our business; undefined for everybody else: he is left as he was.
 *
 * A token file beats a token, as in client-go; a plugin does not, as in the official client.
 */
export function chooseLogin(user: User, cluster: Cluster, options: LoginOptions): LoginChoice | undefined {
  const file = tokenFileOf(user);
  if (file !== undefined) {
    const parts = { ...file, ...options, caFile: cluster.caFile ? resolve(cluster.caFile) : undefined };
    return { key: JSON.stringify(parts), create: () => new TokenFileLogin(parts) };
  }
  if (user.token) return undefined;
  const exec = execConfigOf(user);
  if (exec === undefined) return undefined;
  // The environment of a plugin may hold secrets, which need not lie around in keys.
  const digest = createHash('sha256')
    .update(JSON.stringify([user.name, exec, cluster]))
    .digest('base64');
  return { key: `exec ${digest}`, create: () => new ExecLogin(exec, cluster) };
}

/** The token file of a user: the kubeconfig's, or that of the auth provider which `loadFromCluster` makes. */
function tokenFileOf(user: User): Pick<TokenFileOptions, 'tokenFile' | 'inPod'> | undefined {
  if (user.tokenFile) return { tokenFile: resolve(user.tokenFile), inPod: false };
  if (user.token) return undefined;
  const provider = user.authProvider as { config?: { tokenFile?: unknown } } | null | undefined;
  const file = provider?.config?.tokenFile;
  if (typeof file !== 'string' || file === '') return undefined;
  return { tokenFile: resolve(file), inPod: SERVICE_ACCOUNT_VOLUME.test(file) };
}
