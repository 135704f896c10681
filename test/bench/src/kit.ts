import {
  createProjectedVolume,
  type MintedToken,
  type ProjectedVolume,
  startApiServer,
  type TestApiServer,
} from '@kubefresh/testing';

/** What a client needs to know of a kit in another process. */
export interface KitAddress {
  readonly origin: string;
  readonly env: Readonly<Record<'KUBERNETES_SERVICE_HOST' | 'KUBERNETES_SERVICE_PORT', string>>;
  /** What a container would have as `/`. */
  readonly root: string;
  readonly tokenFile: string;
  readonly caFile: string;
}

/** The API server and the volume of `@kubefresh/testing`, to which things happen. */
export interface Kit {
  readonly server: TestApiServer;
  readonly volume: ProjectedVolume;
  /** The token that the volume holds at first. */
  readonly token: MintedToken;
  readonly address: KitAddress;
}

/** Starts a kit with these pods; the volume goes with the process. */
export async function startKit(pods: readonly string[]): Promise<Kit> {
  // A revoked or expired token is refused at once: what is measured is the client, not the server's patience.
  const server = await startApiServer({ leewaySeconds: 0, successCacheSeconds: 0 });
  const token = await server.mint();
  const volume = createProjectedVolume({ files: { token, 'ca.crt': server.caBundle, namespace: 'default' } });
  for (const name of pods) server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });
  process.on('exit', () => volume[Symbol.dispose]());
  process.on('SIGTERM', () => process.exit());
  const address: KitAddress = {
    origin: server.origin,
    env: { KUBERNETES_SERVICE_HOST: server.host, KUBERNETES_SERVICE_PORT: String(server.port) },
    root: volume.root,
    tokenFile: volume.tokenFile,
    caFile: volume.caFile,
  };
  return { server, volume, token, address };
}
