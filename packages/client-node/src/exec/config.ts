import type { User } from '../official.ts';

/** How a kubeconfig says to run a credential plugin (client-go: `clientcmdapi.ExecConfig`). */
export interface ExecConfig {
  readonly command: string;
  readonly apiVersion?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: 'Never' | 'IfAvailable' | 'Always';
}

/** The plugin of a user, where the official client would run it: in `exec`, or in an auth provider's configuration. */
export function execConfigOf(user: User): ExecConfig | undefined {
  if (isExecConfig(user.exec)) return user.exec;
  const provider = user.authProvider as { config?: { exec?: unknown } } | null | undefined;
  const legacy = provider?.config?.exec;
  return isExecConfig(legacy) ? legacy : undefined;
}

// One without a command is left to the official client, which has its own error for it.
function isExecConfig(value: unknown): value is ExecConfig {
  return typeof value === 'object' && value !== null && 'command' in value && typeof value.command === 'string';
}
