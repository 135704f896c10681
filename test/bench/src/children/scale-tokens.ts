/** Holds many minted tokens in one of two ways, and tells how long that took and what it costs to keep them. */
import { inCluster } from '@kubefresh/core';
import { TokenManager } from '@kubefresh/core/token-request';
import { Agent } from 'undici';
import { answer, input } from '../child.ts';
import { memoryGrownFrom, memoryInUse } from '../memory.ts';
import type { KitServer } from './kit-server.ts';
import type { ScaleReport } from './scale-volumes.ts';

/** What the parent asks for. */
export interface ScaleTokensInput {
  /** `bare POSTs` asks for the same tokens by undici and keeps their text. */
  readonly way: 'kubefresh' | 'bare POSTs';
  readonly server: KitServer;
  readonly tokens: number;
  /** How long to sit still while the processor time is counted, ms; 0: not at all. */
  readonly idle: number;
}

/** Asks for a token of this audience and keeps it. */
type Mint = (audience: string) => Promise<unknown>;

/** Requests under way: many for one program, few for a server. */
const AT_ONCE = 64;

const { way, server, tokens, idle } = await input<ScaleTokensInput>();
const cluster = inCluster({ env: server.env, root: server.root });
const mint = way === 'kubefresh' ? byManager() : await byHand();
const mintAll = (from: number, to: number) =>
  Promise.all(Array.from({ length: to - from }, (_, index) => mint(`audience-${from + index}`)));
// The connections and the code are there before the first that counts.
await mintAll(tokens, tokens + AT_ONCE);
const before = memoryInUse();
const start = performance.now();
for (let from = 0; from < tokens; from += AT_ONCE) await mintAll(from, Math.min(from + AT_ONCE, tokens));
const ready = performance.now() - start;
const grown = memoryGrownFrom(before);
const cpu = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, idle));
const { user, system } = process.cpuUsage(cpu);
await answer({
  held: ready,
  ready,
  ...grown,
  idle: idle > 0 ? (user + system) / idle : undefined,
} satisfies ScaleReport);

function byManager(): Mint {
  const manager = new TokenManager({ cluster, max: tokens + AT_ONCE });
  return (audience) => manager.token({ namespace: 'default', serviceAccount: 'default', audiences: [audience] });
}

async function byHand(): Promise<Mint> {
  const { token, ca } = await cluster.source.ready();
  const agent = new Agent({ connect: { ca: ca ?? '' }, connections: AT_ONCE });
  const headers = { authorization: `Bearer ${token.reveal()}`, 'content-type': 'application/json' };
  const path = '/api/v1/namespaces/default/serviceaccounts/default/token';
  const kept = new Map<string, string>();
  return async (audience) => {
    const ask = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [audience] } };
    const options = { origin: cluster.origin, path, method: 'POST', headers, body: JSON.stringify(ask) } as const;
    const { statusCode, body } = await agent.request(options);
    const answered = (await body.json()) as { readonly status: { readonly token: string } };
    if (statusCode !== 201) throw new Error(`status ${statusCode}`);
    kept.set(audience, answered.status.token);
  };
}
