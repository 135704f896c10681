import { inCluster } from '@kubefresh/core';
import { ApiConnection } from '@kubefresh/core/verify';
import { createProjectedVolume, startApiServer } from '@kubefresh/testing';
import { expect, it } from 'vitest';
import { healing, receive, tokenFor } from '../src/tokens.ts';

const AUDIENCE = 'https://orders.example';

it('asks for a token for the other service, which knows from whom it is and refuses the own one', async () => {
  await using server = await startApiServer();
  const metadata = { name: 'app', namespace: 'default' };
  server.objects.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { serviceAccountName: 'app' } });
  const token = await server.mint({ serviceAccount: 'app', pod: 'app' });
  using volume = createProjectedVolume({ files: { token, 'ca.crt': server.caBundle, namespace: 'default' } });
  const env = { KUBERNETES_SERVICE_HOST: server.host, KUBERNETES_SERVICE_PORT: String(server.port) };
  const own = inCluster({ env, root: volume.root });
  await using source = healing(own);
  const cluster = { ...own, source };
  await using forOrders = tokenFor(cluster, AUDIENCE);
  await using api = new ApiConnection({ cluster });

  const { token: minted } = await forOrders.ready();
  expect(await receive(`Bearer ${minted.reveal()}`, api, AUDIENCE)).toBe('default/app in pod app');
  await expect(receive(`Bearer ${token.token}`, api, AUDIENCE)).rejects.toMatchObject({ field: 'aud' });
  await own.source.close();
});
