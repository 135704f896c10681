/** Holds many minted tokens in one TokenManager, and tells how long that took and what it costs to keep them. */
import { inCluster } from '@kubefresh/core';
import { TokenManager } from '@kubefresh/core/token-request';
import { answer, input } from '../child.ts';
import { memoryGrownFrom, memoryInUse } from '../memory.ts';
import type { KitServer } from './kit-server.ts';
import type { ScaleReport } from './scale-volumes.ts';

/** What the parent asks for. */
export interface ScaleTokensInput {
  readonly server: KitServer;
  readonly tokens: number;
  /** How long to sit still while the processor time is counted, ms. */
  readonly idle: number;
}

/** As many requests as a kubelet would have under way. */
const AT_ONCE = 50;

const { server, tokens, idle } = await input<ScaleTokensInput>();
const cluster = inCluster({ env: server.env, root: server.root });
const manager = new TokenManager({ cluster, max: tokens });
const mint = (from: number, to: number) =>
  Promise.all(
    Array.from({ length: to - from }, (_, index) =>
      manager.token({ namespace: 'default', serviceAccount: 'default', audiences: [`audience-${from + index}`] }),
    ),
  );
// The connection and the code are there before the first that counts.
await mint(tokens, tokens + 1);
const before = memoryInUse();
const start = performance.now();
for (let from = 0; from < tokens; from += AT_ONCE) await mint(from, Math.min(from + AT_ONCE, tokens));
const ready = performance.now() - start;
const grown = memoryGrownFrom(before);
const cpu = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, idle));
const { user, system } = process.cpuUsage(cpu);
await answer({ held: ready, ready, ...grown, idle: (user + system) / idle } satisfies ScaleReport);
