/** Sends requests for minutes in every way that there is, and tells on demand what it has in its memory and what failed. */
import { EventEmitter, getEventListeners } from 'node:events';
import { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { answer, input } from '../child.ts';
import { errorText } from '../error-text.ts';
import type { KitAddress } from '../kit.ts';
import { type Memory, memoryInUse, type ResidentParts, residentParts } from '../memory.ts';
import type { Call, SoakWays } from '../soak/call.ts';
import type { Failure } from '../soak/verdict.ts';

/** Who sends: by all ways of kubefresh, or the same transports without it. */
export type SoakSubject = 'kubefresh' | 'bare';

/** What the parent asks for. */
export interface SoakClientInput {
  readonly server: KitAddress;
  readonly subject: SoakSubject;
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
export interface SoakSample extends Memory, ResidentParts {
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

/** More are not sent: on a machine that is too slow for them they would be what grows. */
const MOST_AT_ONCE = 200;

/** A request that is not answered by then will not be, ms: ten times what the slowest fault takes with its rotation. */
const PATIENCE = 10_000;

/** For the event loop to have turned often, ms. */
const SETTLING = 50;

const { server, subject, pods, rate } = await input<SoakClientInput>();
const subjects: Readonly<Record<SoakSubject, () => Promise<SoakWays>>> = {
  kubefresh: async () => (await import('../soak/kubefresh.ts')).kubefreshWays(server),
  // Without ours in its memory.
  bare: async () => (await import('../soak/bare.ts')).bareWays(server),
};
const { calls, emitters, signal, tokens } = await subjects[subject]();
const turns = Object.entries(calls);

const timer = globalThis.setTimeout(() => {}, 0);
const kinds = {
  timers: timer.constructor,
  sockets: Socket,
  signals: AbortSignal,
  tokens,
} as const satisfies Record<keyof Census, object | undefined>;

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
  const [way, call] = turns[sent % turns.length] as [string, Call];
  const pod = pods[sent % pods.length] as string;
  sent += 1;
  underWay += 1;
  const sentAt = Date.now();
  try {
    await answered(call(pod));
  } catch (error) {
    failures.push({ way, pod, sentAt, failedAt: Date.now(), error: errorText(error) });
  } finally {
    underWay -= 1;
  }
}

function answered(call: Promise<unknown>): Promise<unknown> {
  // No AbortSignal: those are counted.
  return new Promise((resolve, reject) => {
    const late = globalThis.setTimeout(() => reject(new Error(`no answer in ${PATIENCE / 1000} s`)), PATIENCE);
    call.finally(() => clearTimeout(late)).then(resolve, reject);
  });
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
  const memory = { ...memoryInUse(), ...residentParts() };
  const handles = process.getActiveResourcesInfo().length;
  const counts = census ? counted() : undefined;
  paused = undefined;
  goOn();
  return { ...memory, handles, listeners: listeners(), census: counts, sent, failures: told };
}

function listeners(): number {
  const counted = [process, ...emitters].filter((each) => each instanceof EventEmitter);
  const counts = counted.flatMap((each) => each.eventNames().map((name) => each.listenerCount(name)));
  return counts.reduce((sum, each) => sum + each, getEventListeners(signal, 'abort').length);
}

function counted(): Census {
  const count = (kind: object | undefined) =>
    kind === undefined ? 0 : queryObjects(kind as never, { format: 'count' });
  return {
    timers: count(kinds.timers),
    sockets: count(kinds.sockets),
    signals: count(kinds.signals),
    tokens: count(kinds.tokens),
  };
}
