import {
  type ApiServerOptions,
  createProjectedVolume,
  type MintOptions,
  type ProjectedVolume,
  startApiServer,
  type TestApiServer,
} from '@kubefresh/testing';
import { onTestFinished } from 'vitest';
import { type Cluster, volumeSource } from '../../../src/index.ts';

/** An API server over TLS, and what a pod in its cluster has. */
export interface TestCluster {
  readonly server: TestApiServer;
  readonly volume: ProjectedVolume;
  readonly cluster: Cluster;
}

/** Starts one for the running test, which ends it. The volume holds a token of the account `default/app`, bound to the pod `app-0`. */
export async function startTestCluster(options: ApiServerOptions = {}, token: MintOptions = {}): Promise<TestCluster> {
  const server = await startApiServer(options);
  for (const [kind, name] of [
    ['ServiceAccount', 'app'],
    ['Pod', 'app-0'],
  ] as const) {
    const spec = kind === 'Pod' ? { serviceAccountName: 'app' } : undefined;
    server.objects.create({ apiVersion: 'v1', kind, metadata: { name, namespace: 'default' }, spec });
  }
  const minted = await server.mint({ serviceAccount: 'app', pod: 'app-0', ...token });
  const volume = createProjectedVolume({ files: { token: minted, 'ca.crt': server.caBundle, namespace: 'default' } });
  const source = volumeSource({ directory: volume.directory });
  onTestFinished(async () => {
    await source.close();
    volume[Symbol.dispose]();
    await server.close();
  });
  const cluster = { origin: server.origin, origins: [server.origin], source, namespace: 'default' };
  return { server, volume, cluster };
}
