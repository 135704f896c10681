import { channel } from 'node:diagnostics_channel';
import type { Credential, SourceEvents } from './types.ts';

/**
 * Process-wide publication of what all sources tell, for tracing: `kubefresh:renewed`, `:stale`, `:rejected`, `:fault`.
 * A message names its source, and has codes and claims; no `Token`, so that no subscriber can reveal one.
 */
const channels = {
  renewed: channel('kubefresh:renewed'),
  stale: channel('kubefresh:stale'),
  rejected: channel('kubefresh:rejected'),
  fault: channel('kubefresh:fault'),
};

/** Publishes one event of the source called `source` (for a volume: its directory). */
export function publish<Name extends keyof SourceEvents>(source: string, name: Name, event: SourceEvents[Name]): void {
  if (!channels[name].hasSubscribers) return;
  const message: Record<string, unknown> = { source };
  for (const [key, value] of Object.entries(event)) message[key] = isCredential(value) ? describe(value) : value;
  channels[name].publish(message);
}

function isCredential(value: unknown): value is Credential {
  return typeof value === 'object' && value !== null && 'token' in value && 'generation' in value;
}

function describe({ token, generation, loadedAt, namespace }: Credential) {
  return { kind: token.kind, claims: token.claims, generation, loadedAt, namespace };
}
