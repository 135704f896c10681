import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from '../api/client.ts';
import { lines } from '../api/lines.ts';
import { waitForObject } from '../api/watch.ts';
import type { TokenPlan, TokenPlans } from '../node/token-plan.ts';
import { type ExecResult, exec } from './exec.ts';
import { describePod, type PodObject } from './pod-object.ts';
import { TokenVolume } from './token-volume.ts';

/** Ten times what a pod takes to start on two busy cores. */
const START_TIMEOUT_MS = 60_000;

/** For a pod to end by itself; what it does takes seconds. */
const END_TIMEOUT_MS = 120_000;

/** What a pod needs to act. */
export interface PodContext {
  readonly admin: ApiClient;
  readonly plans: TokenPlans;
  /** The kubelet's `--root-dir`. */
  readonly kubeletRoot: string;
}

/** A pod that the kubelet runs, and the hand on its token. */
export class Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly #object: PodObject;
  readonly #context: PodContext;
  #syncs = 0;

  constructor(object: PodObject, context: PodContext) {
    this.namespace = object.metadata.namespace ?? 'default';
    this.name = object.metadata.name;
    this.uid = object.metadata.uid;
    this.#object = object;
    this.#context = context;
  }

  /** Its volume on this machine; see {@link TokenVolume}. */
  get volume(): TokenVolume {
    return new TokenVolume(this.#context.kubeletRoot, this.#object);
  }

  /** The pod as the API server has it now. */
  object(): Promise<PodObject> {
    return this.#context.admin.request('GET', this.#path);
  }

  /** Resolves when all its containers are ready. Rejects if it ends before, or does not start in time. */
  async running(): Promise<void> {
    const pod = await this.#until(START_TIMEOUT_MS, (now) => isReady(now) || hasEnded(now));
    if (!isReady(pod)) throw new Error(`${this.name} ended: ${describePod(pod)}\n${await this.logs()}`);
  }

  /** Waits until it ends by itself and returns the exit code of its first container. */
  async exitCode(timeoutMs = END_TIMEOUT_MS): Promise<number> {
    const pod = await this.#until(timeoutMs, hasEnded);
    const code = pod?.status.containerStatuses?.[0]?.state.terminated?.exitCode;
    if (code === undefined) throw new Error(`${this.name} has no exit code: ${describePod(pod)}`);
    return code;
  }

  /** What it printed so far. */
  async logs(): Promise<string> {
    return (await this.#context.admin.send('GET', `${this.#path}/log`)).body;
  }

  /** Each line that it prints, from the first on, until it ends or the signal aborts. */
  async *followLogs(signal: AbortSignal): AsyncGenerator<string> {
    const stream = await this.#context.admin.stream(`${this.#path}/log?follow=true`, { signal });
    yield* lines(stream);
  }

  /** Runs a command in it; see {@link exec}. */
  exec(command: readonly string[], stdin?: string): Promise<ExecResult> {
    return exec(this.#context.admin, this.#path, command, stdin);
  }

  /** Deletes it and waits until it is gone: after its grace period (1 s), or at once without the kubelet (`force`). */
  async delete(mode: 'graceful' | 'force' = 'graceful'): Promise<void> {
    const query = mode === 'force' ? '?gracePeriodSeconds=0' : '';
    await this.#context.admin.request('DELETE', `${this.#path}${query}`);
    await this.#until(START_TIMEOUT_MS, (pod) => pod === undefined || pod.metadata.uid !== this.uid);
  }

  /**
   * Has the kubelet write a fresh token, with the `ca.crt` of now, in one swap; returns when it is done: 0.05 to 0.4 s,
   * or 1 s right after another, for the kubelet syncs a pod once in each round of its PLEG.
   */
  async rotate(): Promise<void> {
    const { plans } = this.#context;
    await this.#swapAfter(() => plans.rotate(this.namespace, this.name));
  }

  /**
   * Has the kubelet write this text in place of a token: garbage, a blank, a minted token. It stays until the next
   * {@link rotate}. A text that is there already leads to no swap, and so to an error after a while.
   */
  async writeToken(text: string): Promise<void> {
    await this.#swapAfter(() => this.#plan({ kind: 'text', text }));
  }

  /**
   * From now on the kubelet's requests for this pod's token fail with this status, until the next {@link rotate} or
   * {@link writeToken}. Returns when the pod was told to sync; its file stays as it is.
   */
  async refuseTokens(status = 500): Promise<void> {
    this.#plan({ kind: 'refused', status });
    await this.sync();
  }

  /** Makes the kubelet look at the pod now: changes an annotation. */
  async sync(): Promise<void> {
    this.#syncs += 1;
    const annotations = { 'kubefresh.test/sync': String(this.#syncs) };
    await this.#context.admin.request('PATCH', this.#path, { metadata: { annotations } });
  }

  /** The token on disk, as a container that sees the volume would read it. */
  readToken(): Promise<string> {
    return readFile(join(this.volume.path, 'token'), 'utf8');
  }

  get #collection(): string {
    return `/api/v1/namespaces/${this.namespace}/pods`;
  }

  get #path(): string {
    return `${this.#collection}/${this.name}`;
  }

  #plan(plan: TokenPlan): void {
    this.#context.plans.set(this.namespace, this.name, plan);
  }

  async #swapAfter(change: () => void): Promise<void> {
    const { volume } = this;
    const before = volume.generation;
    change();
    await this.sync();
    await volume.swapped(before);
  }

  #until(timeoutMs: number, wanted: (pod: PodObject | undefined) => boolean): Promise<PodObject | undefined> {
    const { admin } = this.#context;
    return waitForObject(admin, this.#collection, this.name, wanted, { timeoutMs, describe: describePod });
  }
}

function isReady(pod: PodObject | undefined): boolean {
  return pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function hasEnded(pod: PodObject | undefined): boolean {
  return pod === undefined || pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}
