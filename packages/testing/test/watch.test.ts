import { type MintedToken, startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, watch } from './support/call.ts';

const PODS = '/api/v1/namespaces/default/pods';
let server: TestApiServer;
let token: MintedToken;
beforeAll(async () => {
  server = await startApiServer();
  token = await server.mint();
});
afterAll(() => server.close());

const pod = (name: string, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels },
});

/** The first `count` events of a watch, which is then left. */
async function events(query: string, count: number, act: () => void = () => undefined) {
  const open = watch(server, `${PODS}?watch=1&${query}`, token);
  const from = server.journal.length;
  const seen: { type: string; object: { kind: string; code?: number; metadata: Record<string, unknown> } }[] = [];
  const acted = server.journal.waitFor((entry) => entry.query.has('watch'), { from }).then(act);
  for await (const event of open) {
    seen.push(event);
    if (seen.length === count) break;
  }
  await acted;
  open.stop();
  return seen;
}

const brief = (list: Awaited<ReturnType<typeof events>>) =>
  list.map(({ type, object }) => `${type} ${object.metadata['name']}`);

it('begins with what there is, goes on with what happens', async () => {
  server.objects.create(pod('first'));
  const seen = await events('', 4, () => {
    server.objects.create(pod('second'));
    server.objects.update(pod('second', { a: '1' }));
    server.objects.delete(pod('second'));
  });
  expect(brief(seen)).toEqual(['ADDED first', 'ADDED second', 'MODIFIED second', 'DELETED second']);
});

it('goes on from a version, also from before a reconnect', async () => {
  const { json } = await call(server, PODS, { token });
  server.objects.create(pod('missed'));
  const seen = await events(`resourceVersion=${json.metadata.resourceVersion}`, 2, () => {
    server.objects.create(pod('seen'));
  });
  expect(brief(seen)).toEqual(['ADDED missed', 'ADDED seen']);
});

it('shows through a selector what enters and leaves it', async () => {
  const { json } = await call(server, PODS, { token });
  const seen = await events(`labelSelector=in=yes&resourceVersion=${json.metadata.resourceVersion}`, 3, () => {
    server.objects.create(pod('moving'));
    server.objects.update(pod('moving', { in: 'yes' }));
    server.objects.update(pod('moving', { in: 'yes', more: 'x' }));
    server.objects.update(pod('moving'));
  });
  expect(brief(seen)).toEqual(['ADDED moving', 'MODIFIED moving', 'DELETED moving']);
});

it('says 410 in an event when the version is forgotten', async () => {
  const { json } = await call(server, PODS, { token });
  server.objects.create(pod('after'));
  server.objects.compact();
  const seen = await events(`resourceVersion=${json.metadata.resourceVersion}`, 1);
  expect(seen[0]).toMatchObject({ type: 'ERROR', object: { kind: 'Status', reason: 'Expired', code: 410 } });
});

it('marks the end of the initial events when asked', async () => {
  const count = server.objects.list('v1', 'Pod', 'default').length;
  const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const seen = await events(query, count + 1);
  expect(seen.at(-1)).toMatchObject({
    type: 'BOOKMARK',
    object: { kind: 'Pod', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  });
});

it('sends bookmarks on demand', async () => {
  const { json } = await call(server, PODS, { token });
  const seen = await events(`allowWatchBookmarks=1&resourceVersion=${json.metadata.resourceVersion}`, 1, () =>
    server.sendBookmarks(),
  );
  expect(seen[0]).toMatchObject({ type: 'BOOKMARK', object: { metadata: { resourceVersion: expect.any(String) } } });
});

it('ends after timeoutSeconds, and outlives its token', async () => {
  const brief = await server.mint({ lifetimeSeconds: 600 });
  const open = watch(server, `${PODS}?watch=1&timeoutSeconds=1`, brief);
  const entry = server.journal.waitFor((each) => each.jti === brief.jti);
  await entry;
  server.revoke(brief);
  server.objects.create(pod('under-way'));
  const names = [];
  for await (const { object } of open) names.push(object.metadata.name);
  expect(names).toContain('under-way');
  const { id } = await entry;
  await expect.poll(() => server.journal.filter((each) => each.id === id)[0]?.endedAt).toBeDefined();
});

it('takes the old form of the path', async () => {
  const open = watch(server, '/api/v1/watch/namespaces/default/pods', token);
  for await (const { type } of open) {
    expect(type).toBe('ADDED');
    break;
  }
  open.stop();
});
