/** Sends requests for minutes in every way that there is, and tells on demand what it has in its memory and what failed. */
import { EventEmitter, getEventListeners } from 'node:events';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { inCluster } from '@kubefresh/core';
import { createAgent } from '@kubefresh/core/https';
import { createDispatcher, createFetch } from '@kubefresh/core/undici';
import type { World } from '@kubefresh-test/conformance';
import type { Dispatcher } from 'undici';
import { answer, input } from '../child.ts';
import { driverOf } from '../clients.ts';
import { errorText } from '../error-text.ts';
import { type Memory, memoryInUse } from '../memory.ts';
import type { Failure } from '../soak-verdict.ts';
import type { OutageServer } from './outage-server.ts';

/** What the parent asks for. */
export interface SoakClientInput {
  readonly server: OutageServer;
  readonly pods: readonly string[];
  /** Requests a second, of all ways together. */
  readonly rate: number;
}

/** `pause`: send nothing more; answered when nothing is under way. `sample`: tell, and go on. */
export interface SoakOrder {
  readonly order: 'pause' | 'sample';
  /** Count the objects in the heap, too: a second for each kind. */
  readonly census: boolean;
}

/** What it has with no request under way and its garbage collected. */
export interface SoakSample extends Memory {
  /** What would keep the process alive: `process.getActiveResourcesInfo()`. */
  readonly handles: number;
  /** Of the process, of the dispatchers and the agent, and of the one signal that all requests get. */
  readonly listeners: number;
  readonly census: Census | undefined;
  /** From the start. */
  readonly sent: number;
  /** Since the last sample. */
  readonly failures: readonly Failure[];
}

/** Objects in the heap, whether they would keep the process alive or not. */
export type Census = Readonly<Record<'timers' | 'sockets' | 'signals' | 'tokens', number>>;

/** Gets this pod; rejects with whatever is no success. */
type Call = (pod: string) => Promise<unknown>;

/** More are not sent: on a machine that is too slow for them they would be what grows. */
const MOST_AT_ONCE = 200;

/** For the event loop to have turned often, ms. */
const SETTLING = 50;

const { server, pods, rate } = await input<SoakClientInput>();
Object.assign(process.env, server.env);
const cluster = inCluster({ env: server.env, root: server.root });
const { signal } = new AbortController();
const dispatcher = createDispatcher(cluster);
const http2 = createDispatcher({ ...cluster, allowH2: true });
const agent = createAgent(cluster);
const fetch = createFetch(cluster);
const pathOf = (pod: string) => `/api/v1/namespaces/default/pods/${pod}`;

const by = (via: Dispatcher) => async (pod: string) => {
  const { statusCode, body } = await via.request({ origin: cluster.origin, path: pathOf(pod), method: 'GET', signal });
  await body.dump();
  expectSuccess(statusCode);
};
const ways: Record<string, Call> = {
  dispatcher: by(dispatcher),
  'dispatcher, HTTP/2': by(http2),
  fetch: async (pod) => {
    const response = await fetch(pathOf(pod), { signal });
    await response.arrayBuffer();
    expectSuccess(response.status);
  },
  // It cannot send again what was refused: its caller can.
  agent: (pod) => byAgent(pod).catch(() => byAgent(pod)),
  'client-node': await byLibrary('client-node-2'),
  'fluent-client': await byLibrary('fluent-client'),
  'kubernetes-client': await byLibrary('kubernetes-client'),
};
const calls = Object.entries(ways);

const timer = globalThis.setTimeout(() => {}, 0);
const kinds = {
  timers: timer.constructor,
  sockets: Socket,
  signals: AbortSignal,
  tokens: (await cluster.source.ready()).token.constructor,
} as const satisfies Record<keyof Census, unknown>;

let sent = 0;
let underWay = 0;
let failures: Failure[] = [];
let paused: Promise<void> | undefined;
let goOn = () => {};
process.on('message', async (message) => {
  const { order, census } = message as SoakOrder;
  await answer(await (order === 'pause' ? pause() : sample(census)));
});
await answer('ready');
await sendByTheClock();

async function sendByTheClock(): Promise<never> {
  let start = performance.now();
  for (let due = 0; ; due += 1) {
    const wait = start + (due * 1000) / rate - performance.now();
    if (wait > 0) await setTimeout(wait);
    const pausedAt = performance.now();
    await paused;
    // What was not sent while the sample was taken is not made up for.
    start += performance.now() - pausedAt;
    if (underWay < MOST_AT_ONCE) void sendOne();
  }
}

async function sendOne(): Promise<void> {
  const [way, call] = calls[sent % calls.length] as [string, Call];
  const pod = pods[sent % pods.length] as string;
  sent += 1;
  underWay += 1;
  const sentAt = Date.now();
  try {
    await call(pod);
  } catch (error) {
    failures.push({ way, pod, sentAt, failedAt: Date.now(), error: errorText(error) });
  } finally {
    underWay -= 1;
  }
}

async function pause(): Promise<string> {
  paused = new Promise((resolve) => {
    goOn = resolve;
  });
  while (underWay > 0) await setTimeout(5);
  return 'paused';
}

async function sample(census: boolean): Promise<SoakSample> {
  // What answers and ended connections leave to be done in their last turns is done, and what a finalizer frees is gone.
  await setTimeout(SETTLING);
  globalThis.gc?.();
  await setTimeout(SETTLING);
  const told = failures;
  failures = [];
  const memory = memoryInUse();
  const handles = process.getActiveResourcesInfo().length;
  const counts = census ? counted() : undefined;
  paused = undefined;
  goOn();
  return { ...memory, handles, listeners: listeners(), census: counts, sent, failures: told };
}

function listeners(): number {
  const emitters = [process, dispatcher, http2, agent].filter((each) => each instanceof EventEmitter);
  const counts = emitters.flatMap((each) => each.eventNames().map((name) => each.listenerCount(name)));
  return counts.reduce((sum, each) => sum + each, getEventListeners(signal, 'abort').length);
}

function counted(): Census {
  const count = (kind: keyof Census) => queryObjects(kinds[kind], { format: 'count' });
  return { timers: count('timers'), sockets: count('sockets'), signals: count('signals'), tokens: count('tokens') };
}

async function byLibrary(library: 'client-node-2' | 'fluent-client' | 'kubernetes-client'): Promise<Call> {
  const world = { server, volume: server, env: server.env, kind: 'in-cluster' } as unknown as World;
  const client = await (await driverOf(library, 'kubefresh')).connect(world);
  return async (pod) => client.call?.(pod);
}

async function byAgent(pod: string): Promise<void> {
  const options: RequestOptions = { agent, signal };
  await new Promise<void>((resolve, reject) => {
    const outgoing = httpsRequest(cluster.origin + pathOf(pod), options, (response) => {
      buffer(response)
        .then(() => {
          expectSuccess(response.statusCode);
          resolve();
        })
        .catch(reject);
    });
    outgoing.once('error', reject).end();
  });
}

function expectSuccess(status: number | undefined): void {
  if (status !== 200) throw new Error(`status ${status}`);
}
