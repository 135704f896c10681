import { type MintedToken, startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, call } from './support/call.ts';

const PODS = '/api/v1/namespaces/default/pods';
let server: TestApiServer;
let token: MintedToken;
beforeAll(async () => {
  server = await startApiServer();
  token = await server.mint();
});
afterAll(() => server.close());

const ask = (path: string, options: CallOptions = {}) => call(server, path, { token, ...options });
const post = (path: string, body: unknown) => ask(path, { method: 'POST', body });
const patch = (path: string, type: string, body: unknown) =>
  ask(path, { method: 'PATCH', body, headers: { 'content-type': `application/${type}` } });
const pod = (name: string, more = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...more } });

describe('create', () => {
  it('gives an object its uid, version, time and namespace', async () => {
    const { status, json } = await post(PODS, { ...pod('made'), spec: { containers: [] } });
    expect(status).toBe(201);
    expect(Object.keys(json)).toEqual(['kind', 'apiVersion', 'metadata', 'spec']);
    expect(json.metadata).toMatchObject({
      name: 'made',
      namespace: 'default',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: expect.stringMatching(/^\d+$/),
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect((await ask(`${PODS}/made`)).json).toEqual(json);
  });

  it('makes names of generateName', async () => {
    const { json } = await post(PODS, { metadata: { generateName: 'gen-' } });
    expect(json.metadata.name).toMatch(/^gen-[0-9a-f]{5}$/);
  });

  it.each<[string, number, string, () => Promise<{ status: number; json: { reason: string } }>]>([
    ['a name twice', 409, 'AlreadyExists', () => post(PODS, pod('made'))],
    ['no name', 422, 'Invalid', () => post(PODS, { metadata: {} })],
    ['an unknown namespace', 404, 'NotFound', () => post('/api/v1/namespaces/nowhere/pods', pod('x'))],
    ['an unknown resource', 404, 'NotFound', () => post('/api/v1/namespaces/default/things', {})],
    ['another kind', 400, 'BadRequest', () => post(PODS, { ...pod('x'), kind: 'Secret' })],
    ['another namespace', 400, 'BadRequest', () => post(PODS, pod('x', { namespace: 'kube-system' }))],
    ['no JSON', 400, 'BadRequest', () => post(PODS, 'kind: Pod')],
    ['a wrong version', 404, 'NotFound', () => post('/apis/apps/v9/namespaces/default/deployments', {})],
  ])('refuses %s with %d', async (_name, status, reason, act) => {
    const answer = await act();
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ kind: 'Status', status: 'Failure', reason, code: status });
  });

  it('changes nothing in a dry run', async () => {
    expect((await post(`${PODS}?dryRun=All`, pod('dry'))).status).toBe(201);
    expect((await ask(`${PODS}/dry`)).status).toBe(404);
  });

  it('says that it does not speak protobuf', async () => {
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    expect(await ask(PODS, { method: 'POST', body: 'k8s', headers })).toMatchObject({ status: 415 });
  });

  it('refuses a body over 3 MiB', async () => {
    expect((await post(PODS, { ...pod('big'), data: 'x'.repeat(3 * 1024 * 1024) })).status).toBe(413);
  });
});

describe('update and patch', () => {
  it('replaces an object, by the latest version only', async () => {
    const { json } = await post(PODS, pod('updated'));
    const next = { ...json, metadata: { ...json.metadata, labels: { a: '1' } } };
    const updated = await ask(`${PODS}/updated`, { method: 'PUT', body: next });
    expect(updated.status).toBe(200);
    expect(updated.json.metadata).toMatchObject({ uid: json.metadata.uid, labels: { a: '1' } });
    const stale = await ask(`${PODS}/updated`, { method: 'PUT', body: next });
    expect(stale.json).toMatchObject({
      reason: 'Conflict',
      code: 409,
      message:
        'Operation cannot be fulfilled on pods "updated": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it('patches by every content type', async () => {
    const containers = [
      { name: 'a', image: 'one' },
      { name: 'b', image: 'one' },
    ];
    await post(PODS, { ...pod('patched'), spec: { containers, drop: true } });
    const path = `${PODS}/patched`;
    const merged = await patch(path, 'merge-patch+json', { spec: { drop: null, containers: [{ name: 'c' }] } });
    expect(merged.json.spec).toEqual({ containers: [{ name: 'c' }] });
    await patch(path, 'json-patch+json', [{ op: 'replace', path: '/spec/containers', value: containers }]);
    const strategic = {
      spec: {
        containers: [
          { name: 'b', image: 'two' },
          { name: 'a', $patch: 'delete' },
        ],
      },
    };
    const { json } = await patch(path, 'strategic-merge-patch+json', strategic);
    expect(json.spec.containers).toEqual([{ name: 'b', image: 'two' }]);
    expect((await patch(path, 'json-patch+json', [{ op: 'test', path: '/spec/x', value: 1 }])).status).toBe(422);
    expect((await patch(path, 'yaml', {})).status).toBe(415);
    expect((await patch(`${PODS}/absent`, 'merge-patch+json', {})).status).toBe(404);
  });

  it('applies: creates what is not there, merges what is', async () => {
    const path = `${PODS}/applied?fieldManager=test`;
    const applied = await patch(path, 'apply-patch+yaml', { ...pod('applied'), spec: { a: 1 } });
    expect(applied).toMatchObject({ status: 201, json: { spec: { a: 1 } } });
    const again = await patch(path, 'apply-patch+yaml', { ...pod('applied'), spec: { b: 2 } });
    expect(again).toMatchObject({ status: 200, json: { spec: { a: 1, b: 2 } } });
  });

  it('changes under /status nothing but the status', async () => {
    await post(PODS, { ...pod('state'), spec: { kept: true } });
    const body = { ...pod('state'), spec: { kept: false }, status: { phase: 'Running' } };
    const { json } = await ask(`${PODS}/state/status`, { method: 'PUT', body });
    expect(json).toMatchObject({ spec: { kept: true }, status: { phase: 'Running' } });
  });
});

describe('delete', () => {
  it('answers with the object or a Status, by type', async () => {
    await post(PODS, pod('gone'));
    expect((await ask(`${PODS}/gone`, { method: 'DELETE' })).json.kind).toBe('Pod');
    const { json } = await post('/api/v1/namespaces/default/configmaps', { metadata: { name: 'gone' } });
    const answer = await ask('/api/v1/namespaces/default/configmaps/gone', { method: 'DELETE' });
    expect(answer.json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'gone', kind: 'configmaps', uid: json.metadata.uid },
    });
    expect((await ask(`${PODS}/gone`, { method: 'DELETE' })).json).toMatchObject({
      message: 'pods "gone" not found',
      details: { name: 'gone', kind: 'pods' },
      code: 404,
    });
  });

  it('waits for finalizers', async () => {
    await post(PODS, pod('held', { finalizers: ['x/y'] }));
    const held = await ask(`${PODS}/held`, { method: 'DELETE' });
    expect(held).toMatchObject({ status: 200, json: { metadata: { deletionTimestamp: expect.any(String) } } });
    await patch(`${PODS}/held`, 'merge-patch+json', { metadata: { finalizers: null } });
    expect((await ask(`${PODS}/held`)).status).toBe(404);
  });

  it('checks the uid it is told', async () => {
    await post(PODS, pod('precise'));
    const body = { preconditions: { uid: 'other' } };
    expect((await ask(`${PODS}/precise`, { method: 'DELETE', body })).status).toBe(409);
  });

  it('deletes a selection, and all of a namespace with it', async () => {
    await post('/api/v1/namespaces', { metadata: { name: 'doomed' } });
    const pods = '/api/v1/namespaces/doomed/pods';
    for (const name of ['a', 'b', 'c']) await post(pods, pod(name, { labels: { name } }));
    await ask(`${pods}?labelSelector=name%20in%20(a,b)`, { method: 'DELETE' });
    expect((await ask(pods)).json.items).toMatchObject([{ metadata: { name: 'c' } }]);
    expect((await ask('/api/v1/namespaces/doomed/serviceaccounts')).json.items).toHaveLength(1);
    await ask('/api/v1/namespaces/doomed', { method: 'DELETE' });
    expect((await ask(pods)).json.items).toEqual([]);
    expect((await ask('/api/v1/namespaces/doomed')).status).toBe(404);
  });
});

describe('list', () => {
  it('selects by labels and fields', async () => {
    await post('/api/v1/namespaces', { metadata: { name: 'many' } });
    const pods = '/api/v1/namespaces/many/pods';
    await post(pods, { ...pod('a', { labels: { app: 'x', tier: 'one' } }), spec: { nodeName: 'n1' } });
    await post(pods, { ...pod('b', { labels: { app: 'x' } }), spec: { nodeName: 'n2' } });
    await post(pods, pod('c'));
    const names = async (query: Record<string, string>) => {
      const { json } = await ask(`${pods}?${new URLSearchParams(query)}`);
      return json.items.map((item: { metadata: { name: string } }) => item.metadata.name).join();
    };
    expect(await names({ labelSelector: 'app=x' })).toBe('a,b');
    expect(await names({ labelSelector: 'app==x,tier!=one' })).toBe('b');
    expect(await names({ labelSelector: 'app in (x, y),tier' })).toBe('a');
    expect(await names({ labelSelector: 'app notin (x)' })).toBe('c');
    expect(await names({ labelSelector: '!app' })).toBe('c');
    expect(await names({ fieldSelector: 'spec.nodeName=n2' })).toBe('b');
    expect(await names({ fieldSelector: 'metadata.name!=a,spec.nodeName=' })).toBe('c');
    expect((await ask(`${pods}?labelSelector=%3D%3D`)).status).toBe(400);
    expect((await ask('/api/v1/pods?labelSelector=tier')).json.items).toHaveLength(1);
  });

  it('leaves kind and apiVersion out of the items of built-in types', async () => {
    const { json } = await ask('/api/v1/namespaces/many/pods');
    expect(json).toMatchObject({
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: { resourceVersion: expect.any(String) },
    });
    expect(Object.keys(json.items[0])).toEqual(['metadata', 'spec']);
  });

  it('comes in pages, and says 410 when a page is too old', async () => {
    const first = await ask('/api/v1/namespaces/many/pods?limit=2');
    expect(first.json.items).toHaveLength(2);
    expect(first.json.metadata.remainingItemCount).toBe(1);
    const next = `/api/v1/namespaces/many/pods?limit=2&continue=${first.json.metadata.continue}`;
    const second = await ask(next);
    expect(second.json.items).toMatchObject([{ metadata: { name: 'c' } }]);
    expect(second.json.metadata.continue).toBeUndefined();
    await post(PODS, pod('later'));
    server.objects.compact();
    expect(await ask(next)).toMatchObject({ status: 410, json: { reason: 'Expired', code: 410 } });
  });
});

describe('types', () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'crontabs.stable.example.com' },
    spec: {
      group: 'stable.example.com',
      scope: 'Namespaced',
      names: { kind: 'CronTab', plural: 'crontabs', shortNames: ['ct'] },
      versions: [{ name: 'v1', served: true, storage: true }],
    },
  };
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

  it('come and go with their CustomResourceDefinition', async () => {
    const tabs = '/apis/stable.example.com/v1/namespaces/default/crontabs';
    expect((await ask(tabs)).status).toBe(404);
    await post(definitions, definition);
    const { json } = await ask(`${definitions}/${definition.metadata.name}`);
    expect(json.status.conditions).toContainEqual(expect.objectContaining({ type: 'Established', status: 'True' }));
    const made = await post(tabs, {
      apiVersion: 'stable.example.com/v1',
      kind: 'CronTab',
      metadata: { name: 'x' },
      spec: {},
    });
    expect(made.status).toBe(201);
    expect((await ask(tabs)).json.items).toMatchObject([{ kind: 'CronTab', apiVersion: 'stable.example.com/v1' }]);
    const { resources } = (await ask('/apis/stable.example.com/v1')).json;
    expect(resources).toMatchObject([{ name: 'crontabs', kind: 'CronTab', namespaced: true, shortNames: ['ct'] }]);
    await ask(`${definitions}/${definition.metadata.name}`, { method: 'DELETE' });
    expect((await ask(tabs)).status).toBe(404);
  });

  it('can be discovered', async () => {
    expect((await ask('/api')).json).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    expect((await ask('/api/v1')).json.resources).toContainEqual(
      expect.objectContaining({ name: 'pods', kind: 'Pod', shortNames: ['po'] }),
    );
    const { groups } = (await ask('/apis')).json;
    expect(groups).toContainEqual(
      expect.objectContaining({ name: 'apps', preferredVersion: { groupVersion: 'apps/v1', version: 'v1' } }),
    );
    expect((await ask('/apis/apps')).json.kind).toBe('APIGroup');
    expect((await ask('/apis/nothing')).status).toBe(404);
  });

  it('can be defined without a CustomResourceDefinition', async () => {
    server.objects.define({ group: 'g', version: 'v1', kind: 'Thing', plural: 'things', namespaced: false });
    server.objects.create({ apiVersion: 'g/v1', kind: 'Thing', metadata: { name: 'one' } });
    expect((await ask('/apis/g/v1/things/one')).status).toBe(200);
  });
});

it('gives each namespace its account and the CA of now', async () => {
  const path = '/api/v1/namespaces/kube-system/configmaps/kube-root-ca.crt';
  expect((await ask(path)).json.data['ca.crt']).toBe(server.caBundle);
  await server.rotateCA({ keepOld: true });
  expect((await ask(path)).json.data['ca.crt']).toBe(server.caBundle);
});
