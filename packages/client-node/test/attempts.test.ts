import { once } from 'node:events';
import { type RequestOptions, request as send } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { type FreshHandle, keepFresh } from '@kubefresh/client-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { majors, World } from './support/world.ts';

/** The agent's own ways: what node-fetch and `ws` of the official client use, seen by a caller of node:https. */
let world: World;
let options: RequestOptions;
let handle: FreshHandle;
beforeEach(async () => {
  world = await World.create();
  const [{ library }] = majors;
  const kubeConfig = new library.KubeConfig();
  handle = keepFresh(kubeConfig);
  kubeConfig.loadFromCluster(world.volume.root);
  options = {};
  await kubeConfig.applyToHTTPSOptions(options);
});
afterEach(async () => {
  await handle.close();
  await world[Symbol.asyncDispose]();
});

const PODS = '/api/v1/namespaces/default/pods';
const pod = (name: string) => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });
const headers = () => ({ ...options.headers, 'content-type': 'application/json' });

test('a body in pieces is sent once more, byte for byte', async () => {
  await world.rotate();
  world.server.faults.refuse({ method: 'POST' }, { times: 1 });
  const next = await world.server.mint();
  const request = send(world.server.origin + PODS, { ...options, method: 'POST', headers: headers() });
  const body = Buffer.from(pod('in-pieces'));
  request.write(body.subarray(0, 10));
  request.write(body.subarray(10, 20).toString('base64'), 'base64');
  body.fill(0, 0, 20);
  world.volume.write({ token: next });
  request.end(body.subarray(20));
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(201);
  expect(JSON.parse(await text(response)).metadata.name).toBe('in-pieces');
  expect(world.server.journal.entries.map(({ status }) => status)).toEqual([401, 201]);
});

test('a 401 that nothing can cure reaches the caller with its body', async () => {
  world.server.faults.refuse();
  const request = send(world.server.origin + PODS, options).end();
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(401);
  expect(JSON.parse(await text(response))).toMatchObject({ kind: 'Status', code: 401 });
});

test('sent again for a connection that was lost, it may find another CA there', async () => {
  const list = async () => {
    const [response] = await once(send(world.server.origin + PODS, options).end(), 'response');
    return text(response);
  };
  await list();
  await world.server.rotateCA();
  world.server.faults.cut({ method: 'GET' }, { times: 1 });
  // This one has the CA of before, and the kept connection, which ends before it is answered.
  const listed = list();
  world.volume.write({ 'ca.crt': world.server.caBundle });
  expect(JSON.parse(await listed)).toMatchObject({ kind: 'PodList' });
});

test('a CA that came after its agent was chosen: it is sent once more on an agent with that one', async () => {
  await world.server.rotateCA();
  world.volume.write({ 'ca.crt': world.server.caBundle });
  // Later than the source's last look, so that the request itself takes the credential of then.
  await setTimeout(50);
  const [response] = await once(send(world.server.origin + PODS, options).end(), 'response');
  expect(response.statusCode).toBe(200);
  response.resume();
});

test('given up on a kept connection: the hang-up is not taken for a lost connection, and nothing is sent again', async () => {
  const list = async () => {
    const [response] = await once(send(world.server.origin + PODS, options).end(), 'response');
    return text(response);
  };
  await list();
  const slow = world.server.faults.slow(undefined, { delayMs: 60_000 });
  const request = send(world.server.origin + PODS, options).end();
  const ended = new Promise((resolve) => request.on('close', resolve).on('error', () => {}));
  await expect.poll(() => slow.hits).toBe(1);
  expect(request.reusedSocket).toBe(true);
  request.destroy();
  await ended;
  slow.stop();
  await list();
  const answered = world.server.journal.filter(({ status }) => status === 200);
  expect(answered.length).toBe(2);
});

test('given up while the source looks for another token: no second request', async () => {
  world.server.faults.refuse();
  const source = await handle.source();
  const looking = new Promise((resolve) => source?.on('rejected', resolve));
  const request = send(world.server.origin + PODS, options).end();
  request.on('error', () => {});
  await looking;
  const closed = new Promise((resolve) => request.on('close', resolve));
  request.destroy();
  await closed;
  const control = send(world.server.origin + PODS, options).end();
  await once(control, 'response');
  expect(world.server.journal.length).toBe(2);
  control.destroy();
});

test('given up when a second request is under way: that one ends too', async () => {
  const { server } = world;
  server.revoke(world.token);
  const next = await server.mint();
  const arrived = new Promise<void>((resolve) => {
    const isSecond = ({ jti }: { readonly jti?: string | undefined }) => {
      if (jti === next.jti) resolve();
      return jti === next.jti;
    };
    server.faults.slow(isSecond, { delayMs: 60_000 });
  });
  const request = send(server.origin + PODS, options).end();
  request.on('error', () => {});
  await server.journal.waitFor(({ status }) => status === 401);
  world.volume.write({ token: next });
  await arrived;
  request.destroy();
  // Status 0: its client left before the answer.
  await server.journal.waitFor(({ status, jti }) => status === 0 && jti === next.jti);
  expect(server.journal.length).toBe(2);
});

test('to another place it carries no token', () => {
  for (const [url, authorization] of [
    [`${world.server.origin}${PODS}`, `Bearer ${world.token.token}`],
    [`https://127.0.0.1:1${PODS}`, undefined],
    [`https://localhost:${world.server.port}${PODS}`, undefined],
  ] as const) {
    const request = send(url, options);
    request.on('error', () => {});
    expect(request.getHeader('authorization')).toBe(authorization);
    request.destroy();
  }
});

test("a caller's own Authorization is his own", async () => {
  const own = await world.server.mint();
  await world.rotate();
  const request = send(world.server.origin + PODS, {
    ...options,
    headers: { authorization: `Bearer ${own.token}` },
  }).end();
  await once(request, 'response');
  expect(world.server.journal.last).toMatchObject({ jti: own.jti, authorizations: 1 });
  request.destroy();
});
