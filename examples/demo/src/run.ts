import { setTimeout as delay, setInterval } from 'node:timers/promises';
import type { Call } from './call.ts';
import { Driver } from './driver.ts';
import { Observer, type Snapshot } from './observer.ts';
import type { Act, Scenario } from './scenario.ts';
import { Stage } from './stage.ts';
import { workloads } from './workloads/all.ts';

/** Somebody who looks on. */
export interface View {
  begin?(snapshot: Snapshot): void;
  /** An act begins. */
  act?(snapshot: Snapshot): void;
  /** Ten times a second. */
  tick?(snapshot: Snapshot): void;
  end(snapshot: Snapshot): void;
}

const TICK_MS = 100;

/** Plays a scenario before the views and answers how it ended. An abort of `signal` ends it early, with what there is. */
export async function run(scenario: Scenario, views: readonly View[], signal: AbortSignal): Promise<Snapshot> {
  const stage = await Stage.open(scenario.lifetimeSeconds);
  // As the kubelet sets it for a container: the official client reads it nowhere else.
  Object.assign(process.env, stage.pod.env);
  const calls: Call[] = [];
  const observer = new Observer(scenario, stage, calls);
  const drivers = workloads.map(({ name, start }) => new Driver(name, start(stage.pod), calls));
  try {
    for (const view of views) view.begin?.(observer.snapshot());
    await play(scenario, stage, signal, {
      act: (act) => {
        observer.begins(act);
        for (const view of views) view.act?.(observer.snapshot());
      },
      tick: () => {
        for (const view of views) view.tick?.(observer.snapshot());
      },
    });
  } finally {
    await Promise.all(drivers.map((driver) => driver[Symbol.asyncDispose]()));
    await stage[Symbol.asyncDispose]();
  }
  const result = observer.snapshot();
  for (const view of views) view.end(result);
  return result;
}

/** The acts at their times, and a tick ten times a second. */
async function play(
  { acts, pace, seconds }: Scenario,
  stage: Stage,
  signal: AbortSignal,
  on: { act(act: Act): void; tick(): void },
): Promise<void> {
  const startedAt = performance.now();
  const over = new AbortController();
  const ended = { signal: AbortSignal.any([signal, over.signal]) };
  const until = (at: number) => delay(Math.max(0, startedAt + at - performance.now()), undefined, ended);
  const ticking = tick(ended.signal, on.tick);
  try {
    for (const act of acts) {
      await until(act.at);
      on.act(act);
      await act.fault.play(stage, (ms) => delay(ms * pace, undefined, ended));
    }
    await until(seconds * 1000);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    over.abort();
    await ticking;
  }
}

async function tick(signal: AbortSignal, act: () => void): Promise<void> {
  try {
    for await (const _ of setInterval(TICK_MS, undefined, { signal })) act();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
