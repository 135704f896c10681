import { once } from 'node:events';
import { type RequestOptions, request as send } from 'node:https';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { type FreshHandle, keepFresh } from '@kubefresh/client-node';
import type { SourceEvents } from '@kubefresh/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestPlugin } from './support/plugin.ts';
import { list, majors, World } from './support/world.ts';

/** S10: something on the way takes the token away, so that the API server answers 403 to nobody. */
let world: World;
let plugin: TestPlugin;
let handles: FreshHandle[];
beforeEach(async () => {
  world = await World.create();
  plugin = new TestPlugin();
  plugin.answer({ token: world.token.token });
  handles = [];
});
afterEach(async () => {
  await Promise.all(handles.map((handle) => handle.close()));
  plugin[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

describe.each(majors)('client-node $version', ({ library }) => {
  const kept = async (user: object) => {
    const kubeConfig = new library.KubeConfig();
    const handle = keepFresh(kubeConfig);
    handles.push(handle);
    kubeConfig.loadFromString(world.kubeconfig(user));
    const told: SourceEvents['rejected'][] = [];
    (await handle.source())?.on('rejected', (event) => told.push(event));
    return { kubeConfig, told };
  };

  test.each<[string, () => object, () => number]>([
    ['a token file', () => ({ tokenFile: world.volume.tokenFile }), () => 0],
    ['a plugin, which is run once', () => ({ exec: plugin.config() }), () => plugin.runs - 1],
  ])('%s: told once, with the reason; each request is sent once', async (_, user, needless) => {
    const { kubeConfig, told } = await kept(user());
    world.server.faults.stripToken();
    for (let count = 0; count < 3; count += 1)
      await expect(list(library, kubeConfig)).rejects.toMatchObject({ code: 403, body: expect.anything() });
    expect(told.map(({ reason }) => reason)).toEqual(['middlebox']);
    expect(world.server.journal.length).toBe(3);
    expect(needless()).toBe(0);
  });

  test('a 403 of the right account, and one of a backend, are told of nobody', async () => {
    const { kubeConfig, told } = await kept({ tokenFile: world.volume.tokenFile });
    const body = 'system:anonymous';
    world.server.faults.respond({ path: /\/proxy/ }, { status: 403, body });
    world.server.faults.respond({ path: /pods$/ }, { status: 403, body: 'system:serviceaccount:default:default' });
    const api = kubeConfig.makeApiClient(library.CoreV1Api);
    await expect(list(library, kubeConfig)).rejects.toMatchObject({ code: 403 });
    const proxied = api.connectGetNamespacedPodProxy({ name: 'web', namespace: 'default' });
    await expect(proxied).rejects.toMatchObject({ code: 403 });
    expect(told).toEqual([]);
  });
});

describe('the agent of 1.4.0, seen by a caller of node:https', () => {
  const forbidden = async () => {
    const [{ library }] = majors;
    const kubeConfig = new library.KubeConfig();
    const handle = keepFresh(kubeConfig);
    handles.push(handle);
    kubeConfig.loadFromCluster(world.volume.root);
    const told: SourceEvents['rejected'][] = [];
    (await handle.source())?.on('rejected', (event) => told.push(event));
    const options: RequestOptions = {};
    await kubeConfig.applyToHTTPSOptions(options as never);
    world.server.faults.stripToken();
    const request = send(`${world.server.origin}/api/v1/namespaces/default/pods`, options).end();
    const [response] = await once(request, 'response');
    return { response, told };
  };

  test('the body waits for whoever reads it, and is whole', async () => {
    const { response, told } = await forbidden();
    // Whatever flows by itself would have flown by then.
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    expect(response.readableFlowing).toBe(null);
    expect(JSON.parse(await text(response))).toMatchObject({ kind: 'Status', code: 403 });
    expect(told).toMatchObject([{ reason: 'middlebox', auditId: world.server.journal.last?.auditId }]);
  });

  test('a body that nobody wants is no hindrance', async () => {
    const { response } = await forbidden();
    response.resume();
    await once(response, 'end');
  });
});
