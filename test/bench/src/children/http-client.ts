/** Sends requests to a canned server with and without kubefresh, in rounds, and answers with requests a second of each. */
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { volumeSource } from '@kubefresh/core';
import { createAgent } from '@kubefresh/core/https';
import { createDispatcher, createFetch } from '@kubefresh/core/undici';
import { Agent, type Dispatcher, Dispatcher1Wrapper } from 'undici';
import { answer, input } from '../child.ts';
import { interleave } from '../interleave.ts';
import type { CannedServer } from './canned-server.ts';

/** Which way requests take. */
export type Stack = 'undici https' | 'undici http' | 'fetch https' | 'node:https';

/** What the parent asks for. */
export interface HttpClientInput {
  readonly server: CannedServer;
  readonly stack: Stack;
  readonly concurrency: number;
  readonly rounds: number;
  /** How long each peer sends in a round, ms. */
  readonly duration: number;
}

/** By peer, one sample a round: requests a second, and µs of processor time that a request took in this process. */
export interface HttpClientAnswer {
  readonly rate: Readonly<Record<Peer, readonly number[]>>;
  readonly cpu: Readonly<Record<Peer, readonly number[]>>;
}

/** `again` is the bare peer once more: what noise alone does. */
export type Peer = 'ours' | 'bare' | 'again';

/** One request, to its last byte. */
type Send = () => Promise<void>;

const PATH = '/api/v1/namespaces/default/pods';

const { server, stack, concurrency, rounds, duration } = await input<HttpClientInput>();
const source = volumeSource({ directory: server.directory });
const headers = { authorization: `Bearer ${server.token}` };
const { ours, bare } = senders()[stack]();
const peers: Record<Peer, Send> = { ours, bare, again: bare };
const cpu: Record<Peer, number[]> = { ours: [], bare: [], again: [] };

for (const send of [ours, bare]) await rateOf(send, duration);
const rate = await interleave(rounds, {
  ours: () => sample('ours'),
  bare: () => sample('bare'),
  again: () => sample('again'),
});
await answer({ rate, cpu } satisfies HttpClientAnswer);

async function sample(peer: Peer): Promise<number> {
  const before = process.cpuUsage();
  const { sent, seconds } = await rateOf(peers[peer], duration);
  const { user, system } = process.cpuUsage(before);
  cpu[peer].push((user + system) / sent);
  return sent / seconds;
}

async function rateOf(send: Send, ms: number): Promise<{ sent: number; seconds: number }> {
  const start = performance.now();
  let sent = 0;
  const one = async () => {
    while (performance.now() - start < ms) {
      await send();
      sent += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  return { sent, seconds: (performance.now() - start) / 1000 };
}

/** By stack, the same request in both ways. The bare one sends the same token by itself, over an agent of its own. */
function senders(): Record<Stack, () => { readonly ours: Send; readonly bare: Send }> {
  const connect = { ca: server.ca };
  const withUndici = (origin: string) => {
    const send = (dispatcher: Dispatcher, own: Record<string, string>) => async () => {
      const { body } = await dispatcher.request({ origin, path: PATH, method: 'GET', headers: own });
      await body.dump();
    };
    const dispatcher = createDispatcher({ source, origins: [origin], allowInsecure: true });
    return { ours: send(dispatcher, {}), bare: send(new Agent({ connect, allowH2: false }), headers) };
  };
  return {
    'undici https': () => withUndici(server.https),
    'undici http': () => withUndici(server.http),
    'fetch https': () => {
      const send = (fetch: (url: string, init: object) => Promise<Response>, init: object) => async () => {
        await (await fetch(server.https + PATH, init)).arrayBuffer();
      };
      const ours = createFetch({ source, origin: server.https, origins: [server.https] });
      // undici 8's agent in the built-in fetch, by undici's own wrapper.
      const dispatcher = new Dispatcher1Wrapper(new Agent({ connect, allowH2: false }));
      return { ours: send(ours, {}), bare: send(fetch, { headers, dispatcher }) };
    },
    'node:https': () => {
      const send = (agent: HttpsAgent, own: Record<string, string>) => () =>
        new Promise<void>((resolve, reject) => {
          const outgoing = httpsRequest(server.https + PATH, { agent, headers: own }, (response) => {
            response.resume().once('end', resolve).once('error', reject);
          });
          outgoing.once('error', reject).end();
        });
      return {
        ours: send(createAgent({ source, origins: [server.https] }), {}),
        bare: send(new HttpsAgent({ keepAlive: true, ca: server.ca }), headers),
      };
    },
  };
}
