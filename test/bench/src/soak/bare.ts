import { readFileSync } from 'node:fs';
import { Agent as HttpsAgent } from 'node:https';
import { Agent, fetch } from 'undici';
import type { KitAddress } from '../kit.ts';
import { callBy, callByAgent, expectSuccess, pathOf, type SoakWays } from './call.ts';

/** What can stand in a header: visible ASCII. */
const IN_A_HEADER = /^[\x21-\x7e]+$/u;

/**
 * The same transports without kubefresh: whoever sends reads the token with each request, and makes his agents anew when the
 * CA has changed. What grows in this process grows in Node, undici, OpenSSL or the allocator.
 */
export function bareWays(server: KitAddress): SoakWays {
  const { signal } = new AbortController();
  let ca = '';
  let token = '';
  let agents = agentsOf(ca);
  const held = () => {
    const read = readFileSync(server.caFile, 'utf8');
    if (read === ca) return agents;
    const { dispatcher, http2, agent } = agents;
    // What is under way may end; nobody waits for it.
    for (const old of [dispatcher, http2]) old.close().catch(() => {});
    agent.destroy();
    ca = read;
    agents = agentsOf(ca);
    return agents;
  };
  const options = () => {
    const read = readFileSync(server.tokenFile, 'utf8');
    // What no header can hold would be refused before it is sent: a request less.
    if (IN_A_HEADER.test(read)) token = read;
    return { signal, headers: { authorization: `Bearer ${token}` } };
  };
  return {
    calls: {
      dispatcher: (pod) => callBy(held().dispatcher, server.origin, pod, options()),
      'dispatcher, HTTP/2': (pod) => callBy(held().http2, server.origin, pod, options()),
      fetch: async (pod) => {
        const response = await fetch(server.origin + pathOf(pod), { ...options(), dispatcher: held().dispatcher });
        await response.arrayBuffer();
        expectSuccess(response.status);
      },
      agent: (pod) => callByAgent(server.origin + pathOf(pod), { ...options(), agent: held().agent }),
    },
    emitters: [],
    signal,
    tokens: undefined,
  };
}

function agentsOf(ca: string) {
  return {
    dispatcher: new Agent({ allowH2: false, connect: { ca } }),
    http2: new Agent({ allowH2: true, connect: { ca } }),
    agent: new HttpsAgent({ keepAlive: true, ca }),
  };
}
