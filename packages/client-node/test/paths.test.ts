import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { keepFresh } from '@kubefresh/client-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Library, majors, POD, World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.create();
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
    const { status } = Object(await new library.Metrics(kubeConfig).getNodeMetrics().catch((error: unknown) => error));
    // There are no metrics here; with a bad token it would be a 401.
    return status === undefined || status !== 401;
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
