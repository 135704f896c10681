import { inspect } from 'node:util';
import { volumeSource } from '@kubefresh/core';
import { describe, expect, it } from 'vitest';
import { type ClientName, keepFresh } from '../src/index.ts';
import { createStage, type Stage } from './stage.ts';

const CLIENTS: ClientName[] = ['kubernetes-client', '@cloudnativetoolkit/kubernetes-client'];
const pods = (stage: Stage) => stage.client.api.v1.namespaces('default').pods;
const names = async (stage: Stage) => (await pods(stage).get()).body.items.map(({ metadata }) => metadata.name);
const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });

describe.each(CLIENTS)('calls of %s', (client) => {
  it('answer as the stock backend does, over few connections', async () => {
    await using stage = await createStage(client);
    expect(await pods(stage).post({ body: pod('a') })).toMatchObject({ statusCode: 201, body: pod('a') });
    expect(await names(stage)).toEqual(['a']);
    await pods(stage).post({ body: { ...pod('b'), metadata: { name: 'b', labels: { app: 'b' } } } });
    const { body } = await pods(stage).get({ qs: { labelSelector: 'app=b' } });
    expect(body.items).toHaveLength(1);
    for (let call = 0; call < 10; call += 1) await names(stage);
    expect(stage.server.connectionsOpened).toBeLessThanOrEqual(2);
  });

  it('of twenty callers at once share twenty connections', async () => {
    await using stage = await createStage(client);
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        for (let call = 0; call < 10; call += 1) await names(stage);
      }),
    );
    // One more: who is alone for a moment does not wait for the connection that has just been used.
    expect(stage.server.connectionsOpened).toBeLessThanOrEqual(21);
  });

  it('see no failure while tokens rotate and each old one is refused at once', async () => {
    await using stage = await createStage(client);
    let done = false;
    const callers = Array.from({ length: 8 }, async () => {
      let calls = 0;
      for (; !done; calls += 1) await names(stage);
      return calls;
    });
    for (let rotation = 0; rotation < 20; rotation += 1) {
      const jti = await stage.rotate();
      const from = stage.server.journal.length;
      // Not faster than requests: a request is sent once more, not twice.
      await stage.server.journal.waitFor((entry) => entry.jti === jti, { from });
      await names(stage);
    }
    done = true;
    expect((await Promise.all(callers)).every((calls) => calls > 0)).toBe(true);
  });

  it('go on when the CA is replaced', async () => {
    await using stage = await createStage(client);
    await names(stage);
    const ca = await stage.server.rotateCA();
    stage.server.cutConnections();
    stage.volume.write({ 'ca.crt': ca });
    expect(await names(stage)).toEqual([]);
  });
});

it('sends a body once more after a 401', async () => {
  await using stage = await createStage();
  using fault = stage.server.faults.refuse({ jti: stage.backend.source.current().token.claims?.jti ?? '' });
  stage.volume.write({ token: await stage.server.mint() });
  await pods(stage).post({ body: pod('a') });
  expect(await names(stage)).toEqual(['a']);
  expect(fault.hits).toBeLessThanOrEqual(1);
});

it.each(['status', 'empty'] as const)(
  "rejects with the second 401, whose body is '%s', and shows no token",
  async (body) => {
    await using stage = await createStage();
    stage.server.faults.refuse({}, { body });
    const error = await names(stage).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 401, statusCode: 401 });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(
      stage.backend.source.current().token.reveal(),
    );
  },
);

it("leaves the caller's own Authorization alone", async () => {
  await using stage = await createStage();
  const other = await stage.server.mint({ serviceAccount: 'other' });
  await pods(stage).get({ headers: { Authorization: `Bearer ${other.token}` } });
  expect(stage.server.journal.last).toMatchObject({ jti: other.jti, authorizations: 1, status: 200 });
});

it('sends what is no JSON as it is', async () => {
  await using stage = await createStage();
  const answer = await stage.backend.http({ method: 'GET', pathname: '/healthz', json: false });
  expect(answer).toEqual({ statusCode: 200, body: 'ok' });
});

it("sends the caller's own Content-Type, in whatever spelling", async () => {
  await using stage = await createStage();
  await pods(stage).post({ body: pod('a') });
  const patch = {
    body: { metadata: { labels: { app: 'a' } } },
    headers: { 'Content-Type': 'application/merge-patch+json' },
  };
  const pathname = '/api/v1/namespaces/default/pods/a';
  expect(await stage.backend.http({ method: 'PATCH', pathname, ...patch })).toMatchObject({ statusCode: 200 });
  expect(stage.server.journal.last?.headers['content-type']).toBe('application/merge-patch+json');
});

it('answers an empty body with none', async () => {
  await using stage = await createStage();
  using _ = stage.server.faults.respond({}, { status: 200, body: '' });
  expect(await stage.backend.http({ method: 'GET', pathname: '/api' })).toEqual({ statusCode: 200, body: undefined });
});

it('keeps to the path prefix of the server', async () => {
  await using stage = await createStage();
  await using source = volumeSource({ directory: stage.volume.directory });
  await using backend = keepFresh({ source, origin: `${stage.server.origin}/k8s/clusters/c-1/` });
  await expect(backend.http({ method: 'GET', pathname: '/api/v1/pods' })).rejects.toMatchObject({ statusCode: 404 });
  expect(stage.server.journal.last).toMatchObject({ path: '/k8s/clusters/c-1/api/v1/pods', credential: 'bearer' });
});
