import { inCluster } from '@kubefresh/core';
import { createProjectedVolume, startApiServer } from '@kubefresh/testing';
import { expect, it } from 'vitest';
import { createApi, listPods } from '../src/api.ts';

it('lists pods over a rotation and a refused token', async () => {
  await using server = await startApiServer();
  const first = await server.mint();
  using volume = createProjectedVolume({ files: { token: first, 'ca.crt': server.caBundle, namespace: 'default' } });
  const env = { KUBERNETES_SERVICE_HOST: server.host, KUBERNETES_SERVICE_PORT: String(server.port) };
  const cluster = inCluster({ env, root: volume.root });
  await using _ = cluster.source;
  const api = createApi(cluster);
  server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'default' } });
  expect(await listPods(api, 'default')).toEqual(['a']);

  const second = await server.mint();
  volume.write({ token: second });
  using refusal = server.faults.refuse({ jti: second.jti });
  expect(await listPods(api, 'default')).toEqual(['a']);
  expect(refusal.hits).toBe(1);

  server.faults.refuse();
  await expect(listPods(api, 'default')).rejects.toMatchObject({ response: { status: 401 } });
  api.defaults.httpsAgent.destroy();
});
