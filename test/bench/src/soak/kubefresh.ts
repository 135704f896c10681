import { inCluster } from '@kubefresh/core';
import { createAgent } from '@kubefresh/core/https';
import { createDispatcher, createFetch } from '@kubefresh/core/undici';
import type { World } from '@kubefresh-test/conformance';
import { driverOf } from '../clients.ts';
import type { KitAddress } from '../kit.ts';
import { type Call, callBy, callByAgent, expectSuccess, pathOf, type SoakWays } from './call.ts';

/** All that kubefresh offers, each in its own way. */
export async function kubefreshWays(server: KitAddress): Promise<SoakWays> {
  Object.assign(process.env, server.env);
  const cluster = inCluster({ env: server.env, root: server.root });
  const { signal } = new AbortController();
  const dispatcher = createDispatcher(cluster);
  const http2 = createDispatcher({ ...cluster, allowH2: true });
  const agent = createAgent(cluster);
  const fetch = createFetch(cluster);
  const byAgent = (pod: string) => callByAgent(cluster.origin + pathOf(pod), { agent, signal });
  const calls: Record<string, Call> = {
    dispatcher: (pod) => callBy(dispatcher, cluster.origin, pod, { signal }),
    'dispatcher, HTTP/2': (pod) => callBy(http2, cluster.origin, pod, { signal }),
    fetch: async (pod) => {
      const response = await fetch(pathOf(pod), { signal });
      await response.arrayBuffer();
      expectSuccess(response.status);
    },
    // It cannot send again what was refused: its caller can.
    agent: (pod) => byAgent(pod).catch(() => byAgent(pod)),
    'client-node': await byLibrary('client-node-2', server),
    'fluent-client': await byLibrary('fluent-client', server),
    'kubernetes-client': await byLibrary('kubernetes-client', server),
  };
  const tokens = (await cluster.source.ready()).token.constructor;
  return { calls, emitters: [dispatcher, http2, agent], signal, tokens };
}

async function byLibrary(
  library: 'client-node-2' | 'fluent-client' | 'kubernetes-client',
  server: KitAddress,
): Promise<Call> {
  const world = { server, volume: server, env: server.env, kind: 'in-cluster' } as unknown as World;
  const client = await (await driverOf(library, 'kubefresh')).connect(world);
  return async (pod) => client.call?.(pod);
}
