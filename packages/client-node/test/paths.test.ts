import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { keepFresh } from '@kubefresh/client-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addBusyPod, addTar, BUSY, Folder } from './support/busy-pod.ts';
import { type Library, majors, POD, World } from './support/world.ts';

let world: World;
let tar: ReturnType<typeof addTar>;
beforeEach(async () => {
  world = await World.create();
  addBusyPod(world.server);
  tar = addTar(world.server);
});
afterEach(() => world[Symbol.asyncDispose]());

/** The ways to the API server that the conformance suite does not walk; each survives a rotation at the worst moment. */
const PATHS: Record<string, (library: Library, kubeConfig: InstanceType<Library['KubeConfig']>) => Promise<unknown>> = {
  'object API': async (library, kubeConfig) =>
    (
      await library.KubernetesObjectApi.makeApiClient(kubeConfig).read({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: POD, namespace: 'default' },
      })
    ).metadata?.name === POD,
  'object API, PATCH': async (library, kubeConfig) =>
    (
      await library.KubernetesObjectApi.makeApiClient(kubeConfig).patch(
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: POD, namespace: 'default', labels: { a: 'b' } } },
        undefined,
        undefined,
        undefined,
        undefined,
        library.PatchStrategy.MergePatch,
      )
    ).metadata?.labels?.['a'] === 'b',
  Health: (library, kubeConfig) => new library.Health(kubeConfig).readyz({}),
  Metrics: async (library, kubeConfig) => {
    const metrics = new library.Metrics(kubeConfig);
    const [node, pod] = await Promise.all([metrics.getNodeMetrics(), metrics.getPodMetrics(BUSY)]);
    return node.items[0]?.usage.cpu === '250m' && pod.items[0]?.containers[0]?.usage.cpu === '250m';
  },
  'Top, nodes': async (library, kubeConfig) => {
    const [node] = await library.topNodes(kubeConfig.makeApiClient(library.CoreV1Api));
    return node?.Node.metadata?.name === 'node-1' && node.CPU.RequestTotal === 0.5;
  },
  'Top, pods': async (library, kubeConfig) => {
    const api = kubeConfig.makeApiClient(library.CoreV1Api);
    const [pod] = await library.topPods(api, new library.Metrics(kubeConfig), BUSY);
    return pod?.Pod.metadata?.name === BUSY && pod.CPU.CurrentUsage === 0.25;
  },
  'Cp, from a pod': async (library, kubeConfig) => {
    using folder = new Folder();
    const exec = new library.Exec(kubeConfig);
    // Cp resolves long before it is done; only the stream that unpacks tells.
    const unpacked = new Promise((resolve) => {
      const run = exec.exec;
      exec.exec = (...args) => {
        args[4]?.on('finish', resolve);
        return run.apply(exec, args);
      };
    });
    await new library.Cp(kubeConfig, exec).cpFromPod('default', POD, 'main', 'file', folder.path);
    await unpacked;
    return readFileSync(folder.file, 'utf8') === 'from the pod';
  },
  'Cp, to a pod': async (library, kubeConfig) => {
    using folder = new Folder();
    writeFileSync(folder.file, 'to the pod');
    const unpacked = tar.unpacked();
    await new library.Cp(kubeConfig).cpToPod('default', POD, 'main', folder.path, '/tmp');
    return (await unpacked).includes('to the pod');
  },
  Attach: async (library, kubeConfig) => {
    const output = new PassThrough();
    const socket = await new library.Attach(kubeConfig).attach(
      'default',
      POD,
      'main',
      output,
      null,
      Readable.from(['hello']),
      false,
    );
    const [chunk] = (await once(output, 'data')) as [Buffer];
    socket.close();
    return chunk.toString() === 'hello';
  },
  PortForward: async (library, kubeConfig) => {
    const [output, input] = [new PassThrough(), new PassThrough()];
    const opened = new library.PortForward(kubeConfig).portForward('default', POD, [80], output, null, input);
    const socket = (await opened) as { close(): void };
    input.write('hello');
    const [chunk] = (await once(output, 'data')) as [Buffer];
    socket.close();
    return chunk.toString() === 'hello';
  },
};

describe.each(majors)('client-node $version', ({ library }) => {
  test.each(Object.entries(PATHS))('%s over rotations', async (_, walk) => {
    const kubeConfig = new library.KubeConfig();
    await using _handle = keepFresh(kubeConfig);
    kubeConfig.loadFromCluster(world.volume.root);
    expect(await walk(library, kubeConfig)).toBe(true);
    for (let count = 0; count < 3; count += 1) {
      const { jti } = await world.rotate();
      expect(await walk(library, kubeConfig)).toBe(true);
      expect(world.server.journal.last?.jti).toBe(jti);
    }
  });

  test.each(Object.entries(PATHS))('%s, refused: sent once more with the token that comes then', async (_, walk) => {
    const kubeConfig = new library.KubeConfig();
    await using _handle = keepFresh(kubeConfig);
    kubeConfig.loadFromCluster(world.volume.root);
    expect(await walk(library, kubeConfig)).toBe(true);
    const { journal } = world.server;
    const from = journal.length;
    const next = await world.server.mint();
    world.server.revoke(world.token);
    const walked = walk(library, kubeConfig);
    // Decided, and not yet sent: what follows in the same turn is there before the client hears of it.
    await journal.waitFor(({ status }) => status === 401, { from });
    world.volume.write({ token: next });
    expect(await walked).toBe(true);
    const after = journal.filter(({ status }) => status !== 401, from);
    expect(after.map(({ jti }) => jti)).toEqual(after.map(() => next.jti));
    expect(journal.length - from).toBeLessThanOrEqual(2 * after.length);
  });

  test('an informer whose watch meets a 401 goes on by itself', async () => {
    const kubeConfig = new library.KubeConfig();
    await using _handle = keepFresh(kubeConfig);
    kubeConfig.loadFromCluster(world.volume.root);
    const api = kubeConfig.makeApiClient(library.CoreV1Api);
    const path = '/api/v1/namespaces/default/pods?timeoutSeconds=0.1';
    const informer = library.makeInformer(kubeConfig, path, () => api.listNamespacedPod({ namespace: 'default' }));
    const errors: unknown[] = [];
    informer.on('error', (error) => errors.push(error));
    const seen = new Promise((resolve) =>
      informer.on('add', ({ metadata }) => metadata?.name === 'late' && resolve(true)),
    );
    await informer.start();
    await world.rotate();
    world.server.faults.refuse({ watch: true }, { times: 1 });
    await world.server.journal.waitFor(({ status, query }) => status === 401 && query.has('watch'));
    world.server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'late', namespace: 'default' } });
    await seen;
    expect(errors).toEqual([]);
    await informer.stop();
  });
});
