import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createStage, type Stage } from './stage.ts';

const create = (stage: Stage, name: string) =>
  stage.server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } });
const watchPods = (stage: Stage) => stage.client.api.v1.watch.namespaces('default').pods.getObjectStream();

describe('a watch', () => {
  it('that was refused is opened again, before the caller sees anything', async () => {
    await using stage = await createStage();
    const jti = stage.backend.source.current().token.claims?.jti ?? '';
    using fault = stage.server.faults.refuse({ jti, path: '/api/v1/watch' });
    stage.volume.write({ token: await stage.server.mint() });
    create(stage, 'a');
    const stream = await watchPods(stage);
    const [event] = await once(stream, 'data');
    expect(event).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'a' } } });
    expect(fault.hits).toBeLessThanOrEqual(1);
    stream.destroy();
  });

  it('goes on over a rotation, and the next opens with the new token', async () => {
    await using stage = await createStage();
    const stream = await watchPods(stage);
    create(stage, 'a');
    await once(stream, 'data');
    const jti = await stage.rotate();
    create(stage, 'b');
    const [event] = await once(stream, 'data');
    expect(event).toMatchObject({ object: { metadata: { name: 'b' } } });
    stream.destroy();
    const next = await watchPods(stage);
    await once(next, 'data');
    expect(stage.server.journal.last).toMatchObject({ jti, status: 200 });
    next.destroy();
  });

  it('ends its request when the caller ends it', async () => {
    await using stage = await createStage();
    const stream = await watchPods(stage);
    create(stage, 'a');
    await once(stream, 'data');
    const entry = stage.server.journal.last;
    stream.destroy();
    // Otherwise it would wait for the watch, and the test for its own end.
    await stage.backend.close();
    await expect.poll(() => entry?.endedAt).toBeGreaterThan(0);
  });
});

it('gives its request up when the caller ends it before any response', async () => {
  await using stage = await createStage();
  const held = { path: '/api/v1/watch' };
  // Far beyond the bound of this test: closing would wait for it.
  using _ = stage.server.faults.slow(held, { delayMs: 600_000 });
  const stream = await watchPods(stage);
  await expect.poll(() => stage.server.connections).toBe(1);
  stream.destroy();
  await stage.backend.close();
  await expect.poll(() => stage.server.connections).toBe(0);
});

it('tells the status before the first byte', async () => {
  await using stage = await createStage();
  stage.server.faults.refuse();
  const stream = stage.backend.http({ method: 'GET', pathname: '/api/v1/pods', stream: true });
  if (!('on' in stream)) throw new Error('http() should answer a stream.');
  const [response] = await once(stream, 'response');
  expect(response).toMatchObject({ statusCode: 401 });
  stream.resume();
  await once(stream, 'close');
});

it('fails with the error of the connection', async () => {
  await using stage = await createStage();
  stage.server.faults.cut();
  const stream = stage.backend.http({ method: 'GET', pathname: '/api/v1/pods', stream: true });
  if (!('on' in stream)) throw new Error('http() should answer a stream.');
  const [error] = await once(stream, 'error');
  expect(error).toBeInstanceOf(Error);
});
