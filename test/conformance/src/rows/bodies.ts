import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { UploadBody, UploadOptions } from '../driver.ts';
import type { Row } from '../row.ts';
import { op, podNamed, Stage } from '../stage.ts';
import { statusOf } from '../status.ts';

const METHODS = ['POST', 'PATCH', 'PUT'] as const;
type Method = (typeof METHODS)[number];
const PATCH_TYPE = 'application/merge-patch+json';
/** Less than any body here, bytes. */
const LITTLE = 32;

/** Bodies in which a pod comes as JSON. */
const BODIES = {
  string: (text: string) => text,
  Buffer: (text: string) => Buffer.from(text),
  ReadableStream: (text: string) => new Blob([text]).stream() as ReadableStream<Uint8Array>,
  generator: (text: string) => inPieces(Buffer.from(text)),
} satisfies Readonly<Record<string, (text: string) => UploadBody>>;

/** Requests with a body that a 401 meets. */
export const bodyRows: readonly Row[] = [
  madeByClient('POST', 'create'),
  madeByClient('PATCH', 'patch'),
  madeByClient('PUT', 'replace'),
  ...Object.entries(BODIES).map(
    ([name, make]): Row => ({
      id: 'S4',
      group: 'server',
      title: `401 on POST, PATCH, PUT with a body that the caller made (${name}): sent once more with the same`,
      paths: ['create'],
      needs: 'upload',
      async run(stage) {
        for (const method of METHODS) await refuse(stage, method, (pod) => upload(stage, method, pod, make));
      },
    }),
  ),
  {
    id: 'S4',
    group: 'server',
    title: '401 on POST, PATCH, PUT with FormData: sent once more with the same',
    paths: ['create'],
    needs: ['upload', 'formData'],
    async run(stage) {
      for (const method of METHODS) await withPod(stage, method, (pod) => sendForm(stage, method, pod));
    },
  },
  {
    id: 'S4',
    group: 'server',
    title: '401 on a body of which more was sent than may be recorded: to the caller, sent once',
    paths: ['create'],
    needs: 'upload',
    async run({ driver, server }) {
      await using stage = await Stage.set(driver, server, { maxReplayBytes: LITTLE });
      for (const make of [BODIES.ReadableStream, BODIES.generator]) {
        await stage.perform('create');
        await stage.rotate({ keepOld: true });
        const from = stage.requests.length;
        server.faults.refuse({ method: 'POST' }, { times: 1 });
        await stage.assertRefused(401, upload(stage, 'POST', 'too-large', make));
        assert.equal(stage.requests.length - from, 1);
      }
      await stage.perform('create');
    },
  },
];

/** What the client itself makes of an object. */
function madeByClient(method: Method, operation: 'create' | 'patch' | 'replace'): Row {
  return {
    id: 'S4',
    group: 'server',
    title: `401 on a ${method}: sent once more with the same body`,
    paths: ['create'],
    ...(operation !== 'create' && { needs: operation }),
    run: (stage) => refuse(stage, method, (pod) => op(stage.client, operation)(pod, pod)),
  };
}

/**
 * The first request of this method is refused, whichever of two good tokens it comes with. What is sent next has to be taken,
 * and to have given the pod its own name as a note.
 */
async function refuse(stage: Stage, method: Method, operation: (pod: string) => Promise<void>): Promise<void> {
  await stage.perform('call');
  await withPod(stage, method, async (pod) => {
    await stage.rotate({ keepOld: true });
    stage.server.faults.refuse({ method }, { times: 1 });
    const from = stage.requests.length;
    // Who cannot send it again has to be told, and does better the next time.
    if (stage.driver.resends === false) {
      await assert.rejects(operation(pod), (error: unknown) => statusOf(error) === 401);
    }
    await operation(pod);
    const found = stage.server.objects.get(podNamed(pod)) as Noted | undefined;
    assert.equal(found?.metadata.annotations?.note, pod);
    const statuses = stage.requests.slice(from).flatMap((entry) => (entry.method === method ? [entry.status] : []));
    assert.deepEqual(statuses, [401, method === 'POST' ? 201 : 200]);
  });
}

interface Noted {
  readonly metadata: { readonly annotations?: { readonly note?: string } };
}

function upload(stage: Stage, method: Method, name: string, make: (text: string) => UploadBody): Promise<void> {
  const pod = podNamed(name);
  const metadata = { ...pod.metadata, annotations: { note: name } };
  const body = make(JSON.stringify({ ...pod, metadata, spec: { containers: [] } }));
  return op(stage.client, 'upload')(body, optionsFor(method, name));
}

/** Said to be JSON, the server reads it, finds that it is none, and says how much of it came. */
async function sendForm(stage: Stage, method: Method, pod: string): Promise<void> {
  const form = new FormData();
  form.set('note', pod);
  await stage.perform('call');
  await stage.rotate({ keepOld: true });
  stage.server.faults.refuse({ method }, { times: 1 });
  await stage.assertRefused(400, op(stage.client, 'upload')(form, optionsFor(method, pod)));
  const [refused, taken] = stage.requests.slice(-2);
  assert.deepEqual([refused?.status, taken?.status], [401, 400]);
  const length = taken?.headers['content-length'];
  assert.equal(refused?.headers['content-length'], length);
  assert.ok(Number(length) > pod.length);
  assert.equal(String(taken?.bodyBytes), length);
}

function optionsFor(method: Method, pod: string): UploadOptions {
  if (method === 'POST') return { method };
  return { method, pod, ...(method === 'PATCH' && { type: PATCH_TYPE }) };
}

/** A pod for the method to change, or a name for it to create. */
async function withPod(stage: Stage, method: Method, act: (pod: string) => Promise<void>): Promise<void> {
  const pod = podNamed(`noted-${randomUUID()}`);
  if (method !== 'POST') stage.server.objects.create({ ...pod, metadata: { ...pod.metadata, annotations: {} } });
  try {
    await act(pod.metadata.name);
  } finally {
    if (stage.server.objects.get(pod)) stage.server.objects.delete(pod);
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const size = 2 * LITTLE;
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
