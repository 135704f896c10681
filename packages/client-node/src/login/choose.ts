import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Current } from './current.ts';
import { ExecLogin } from './exec-login.ts';
import type { Login } from './login.ts';
import { TokenFileLogin } from './token-file-login.ts';

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

/** How the current user logs in to his cluster. */
export function chooseLogin({ user, cluster, means }: Current, options: LoginOptions): LoginChoice {
  if ('tokenFile' in means) {
    const parts = { ...means, ...options, caFile: cluster.caFile ? resolve(cluster.caFile) : undefined };
    return { key: JSON.stringify(parts), create: () => new TokenFileLogin(parts) };
  }
  // The environment of a plugin may hold secrets, which need not lie around in keys.
  const digest = createHash('sha256')
    .update(JSON.stringify([user.name, means, cluster]))
    .digest('base64');
  return { key: `exec ${digest}`, create: () => new ExecLogin(means, cluster) };
}
