/** Times what kubefresh does within a request, without any network, and answers with the samples. */
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { type RejectionEvidence, volumeSource } from '@kubefresh/core';
import { bearer } from '@kubefresh/core/undici';
import { createProjectedVolume } from '@kubefresh/testing';
import { measure } from 'mitata';
import type { Dispatcher } from 'undici';
// A part of the line that no entry offers by itself.
import { layout } from '../../../../packages/core/src/volume/layout.ts';
import { Look } from '../../../../packages/core/src/volume/look.ts';
import { answer, input } from '../child.ts';
import { interleave } from '../interleave.ts';
import { makeToken } from '../token.ts';

/** What the parent asks for. */
export interface InjectNsInput {
  readonly rounds: number;
}

/** By operation: ns of each round, bytes allocated by one, bytes of one that are still there when all is done. */
export type InjectNsAnswer = Readonly<
  Record<string, { readonly ns: readonly number[]; readonly bytes: number; readonly retained: number }>
>;

/** How long one operation is timed in a round, ns: some hundred batches of 4096. */
const SAMPLE = 60e6;
/** How often an operation is done to see what it leaves behind. */
const MANY = 200_000;

const { rounds } = await input<InjectNsInput>();
const origin = 'https://10.0.0.1:443';
const token = makeToken('first', 1);
const volume = createProjectedVolume({ files: { token, namespace: 'default' } });
const source = volumeSource({ directory: volume.directory, caFile: false });
const first = source.current();
volume.write({ token: makeToken('second', 2) });
await source.renew();
const authorization = `Bearer ${source.current().token.reveal()}`;

/** `Look` is not public; it is measured because every request may make one. */
const look = new Look(layout({ directory: volume.directory, caFile: false }));
const dataLink = join(volume.directory, '..data');

const controller = {} as Dispatcher.DispatchController;
const responseHeaders = { date: 'Tue, 24 Nov 2026 09:00:00 GMT', 'content-type': 'application/json' };
const body = Buffer.from('{}');
const sends: Dispatcher.Dispatch = () => true;
/** All that undici tells of a request that is answered with 200. */
const isAnswered: Dispatcher.Dispatch = (_request, each) => {
  each.onRequestStart?.(controller, {});
  each.onResponseStart?.(controller, 200, responseHeaders, 'OK');
  each.onResponseData?.(controller, body);
  each.onResponseEnd?.(controller, {});
  return true;
};
const handler: Dispatcher.DispatchHandler = {
  onRequestStart() {},
  onResponseStart() {},
  onResponseData() {},
  onResponseEnd() {},
  onResponseError() {},
};
const inject = bearer(source, { origins: [origin] });
const throughUs = { sends: inject(sends), isAnswered: inject(isAnswered) };
const request = { origin, path: '/api/v1/namespaces/default/pods', method: 'GET' } as const;
const ours = (dispatch: Dispatcher.Dispatch) => () =>
  dispatch({ ...request, headers: { accept: 'application/json' } }, handler);
const bare = (dispatch: Dispatcher.Dispatch) => () =>
  dispatch({ ...request, headers: { accept: 'application/json', authorization } }, handler);
const evidence: RejectionEvidence = { status: 401, origin, sentAt: 0 };

const operations: Record<string, () => unknown> = {
  'send, ours': ours(throughUs.sends),
  'send, bare': bare(sends),
  'send, bare again': bare(sends),
  'answered, ours': ours(throughUs.isAnswered),
  'answered, bare': bare(isAnswered),
  'answered, bare again': bare(isAnswered),
  'current()': () => source.current(),
  'look()': () => look.changed(),
  'look(), bare': () => readlinkSync(dataLink),
  'rejected(), an older token': () => source.rejected(first, evidence),
};

const timed = Object.fromEntries(
  Object.entries(operations).map(([name, operation]) => [
    name,
    async () => (await measure(operation, { min_cpu_time: SAMPLE })).p50,
  ]),
);
const ns = await interleave(rounds, timed);
const result: Record<string, InjectNsAnswer[string]> = {};
for (const [name, operation] of Object.entries(operations)) {
  const { heap } = await measure(operation, { min_cpu_time: SAMPLE, heap: () => getHeapStatistics().used_heap_size });
  result[name] = { ns: ns[name] ?? [], bytes: heap?.avg ?? Number.NaN, retained: await retainedBy(operation) };
}
await answer(result);

/** Bytes that each of many operations leaves behind, once the garbage is gone. */
async function retainedBy(operation: () => unknown): Promise<number> {
  const before = await heapInUse();
  for (let done = 0; done < MANY; done += 1) operation();
  return ((await heapInUse()) - before) / MANY;
}

async function heapInUse(): Promise<number> {
  // Twice, with a turn between: what a finalizer frees is gone only then.
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  return getHeapStatistics().used_heap_size;
}
