import * as ours from '@kubefresh/client-node';
import { KubefreshError } from '@kubefresh/core';
import * as official from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isInRange } from '../src/supported.ts';
import { list, majors, POD, World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world[Symbol.asyncDispose]());

describe.each(majors)('client-node $version', ({ library }) => {
  test('keepFresh before loading', async () => {
    const kubeConfig = new library.KubeConfig();
    ours.keepFresh(kubeConfig);
    kubeConfig.loadFromCluster(world.volume.root);
    await list(library, kubeConfig);
    await world.rotate();
    expect(await list(library, kubeConfig)).toContain(POD);
  });

  test('keepFresh after loading', async () => {
    const kubeConfig = new library.KubeConfig();
    kubeConfig.loadFromCluster(world.volume.root);
    await list(library, kubeConfig);
    ours.keepFresh(kubeConfig);
    await world.rotate();
    expect(await list(library, kubeConfig)).toContain(POD);
  });

  test('install on a class, and off again', async () => {
    const { applySecurityAuthentication } = library.KubeConfig.prototype;
    const kubeConfig = new library.KubeConfig();
    const uninstall = ours.install(library.KubeConfig);
    try {
      kubeConfig.loadFromCluster(world.volume.root);
      await list(library, kubeConfig);
      await world.rotate();
      expect(await list(library, kubeConfig)).toContain(POD);
    } finally {
      uninstall();
    }
    expect(library.KubeConfig.prototype.applySecurityAuthentication).toBe(applySecurityAuthentication);
    expect(Object.hasOwn(library.KubeConfig.prototype, 'applySecurityAuthentication')).toBe(true);
  });

  test('twice on one object: the same handle', () => {
    const kubeConfig = new library.KubeConfig();
    expect(ours.keepFresh(kubeConfig)).toBe(ours.keepFresh(kubeConfig));
    const uninstall = ours.install(library.KubeConfig);
    const other = new library.KubeConfig();
    expect(ours.keepFresh(other)).toBe(ours.keepFresh(other));
    uninstall();
  });

  test('a closed handle: its requests fail with ClosedError, those of others go on', async () => {
    const [closed, open] = [new library.KubeConfig(), new library.KubeConfig()];
    for (const kubeConfig of [closed, open]) {
      ours.keepFresh(kubeConfig);
      kubeConfig.loadFromCluster(world.volume.root);
      await list(library, kubeConfig);
    }
    await ours.keepFresh(closed).close();
    await ours.keepFresh(closed).close();
    await expect(list(library, closed)).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
    await world.rotate();
    expect(await list(library, open)).toContain(POD);
  });

  test('the handle tells the state of the source of now, and what happens to it', async () => {
    const kubeConfig = new library.KubeConfig();
    const handle = ours.keepFresh(kubeConfig);
    expect(await handle.source()).toBeUndefined();
    kubeConfig.loadFromCluster(world.volume.root);
    expect((await handle.source())?.status().state).toBe('fresh');
    const source = await handle.source();
    const renewed = new Promise((resolve) => source?.on('renewed', resolve));
    await world.rotate();
    await list(library, kubeConfig);
    await renewed;
  });
});

test('the import: everything of the official package, and a KubeConfig that is one of its own', async () => {
  const kubeConfig = new ours.KubeConfig();
  expect(kubeConfig).toBeInstanceOf(official.KubeConfig);
  expect(ours.CoreV1Api).toBe(official.CoreV1Api);
  expect(Object.keys(official).filter((name) => !(name in ours))).toEqual([]);
  kubeConfig.loadFromCluster(world.volume.root);
  const api = kubeConfig.makeApiClient(ours.CoreV1Api);
  await api.listNamespacedPod({ namespace: 'default' });
  await world.rotate();
  expect((await api.listNamespacedPod({ namespace: 'default' })).items).toHaveLength(1);
  expect(Object.hasOwn(official.KubeConfig.prototype, 'makePathsAbsolute')).toBe(true);
  expect(official.KubeConfig.prototype.loadFromString).not.toBe(ours.KubeConfig.prototype.loadFromString);
});

test.each([{}, { applyToRequest() {} }, null, 'kubeconfig'])(
  'what is no supported KubeConfig is refused: %j',
  (value) => {
    for (const refuse of [() => ours.keepFresh(value as never), () => ours.install(value as never)]) {
      expect(refuse).toThrow(/serves @kubernetes\/client-node >=1\.4\.0 <3/);
      expect(refuse).toThrow(expect.toSatisfy((error) => KubefreshError.is(error, 'ERR_KUBEFRESH_UNSUPPORTED_CLIENT')));
    }
  },
);

test.each([
  ['0.22.3', false],
  ['1.3.9', false],
  ['1.4.0', true],
  ['1.12.0', true],
  ['2.0.0', true],
  ['2.11.3', true],
  ['3.0.0', false],
])('version %s: supported is %s', (version, supported) => {
  expect(isInRange(version)).toBe(supported);
});
