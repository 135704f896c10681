import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { volumeSource } from '@kubefresh/core';
import { createProjectedVolume, type ProjectedVolume, startApiServer, type TestApiServer } from '@kubefresh/testing';
import { vi } from 'vitest';
import { type FluentClientHandle, keepFresh } from '../src/index.ts';

/** A pod in the eyes of the client: an API server, a volume at a place of its own, an environment. */
export interface Stage extends AsyncDisposable {
  readonly server: TestApiServer;
  readonly volume: ProjectedVolume;
  readonly handle: FluentClientHandle;
  /** Mints a token, puts it into the volume, and refuses the one before from now on; answers the new one's jti. */
  rotate(): Promise<string>;
}

interface StageOptions {
  /** Where the client is looked for. Default: this package. */
  readonly from?: string;
  /** Leaves the volume out until the first rotation. */
  readonly missing?: boolean;
  /** The first token of the volume, an opaque one, which the server trusts. Default: a JWT. */
  readonly opaque?: string;
}

export async function createStage({ from, missing = false, opaque }: StageOptions = {}): Promise<Stage> {
  const server = await startApiServer();
  const first = await server.mint();
  if (opaque !== undefined) server.trust(opaque);
  const files = { token: opaque ?? first, 'ca.crt': server.caBundle, namespace: 'default' };
  const volume = createProjectedVolume(missing ? { missing } : { files });
  vi.stubEnv('KUBERNETES_SERVICE_HOST', server.host);
  vi.stubEnv('KUBERNETES_SERVICE_PORT', String(server.port));
  vi.stubEnv('KUBECONFIG', '');
  vi.stubEnv('HOME', volume.root);
  const source = volumeSource({ directory: volume.directory, format: opaque === undefined ? 'jwt' : 'any' });
  const handle = keepFresh({ source, ...(from === undefined ? {} : { from }) });
  let current = first;
  return {
    server,
    volume,
    handle,
    rotate: async () => {
      const old = current;
      current = await server.mint();
      volume.write({ ...files, 'ca.crt': server.caBundle, token: current });
      server.revoke(old);
      return current.jti;
    },
    [Symbol.asyncDispose]: async () => {
      await handle.restore();
      await source.close();
      await server.close();
      volume[Symbol.dispose]();
      vi.unstubAllEnvs();
    },
  };
}

/** A file in `directory` from which the package of `manifest` is found as kubernetes-fluent-client. */
export function programWith(manifest: string, directory: string): string {
  mkdirSync(join(directory, 'node_modules'), { recursive: true });
  symlinkSync(dirname(manifest), join(directory, 'node_modules', 'kubernetes-fluent-client'));
  return pathToFileURL(join(directory, 'program.js')).href;
}
