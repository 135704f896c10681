import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createProjectedVolume, startApiServer } from '@kubefresh/testing';
import { expect, test } from 'vitest';

test('P1: a program that closes nothing exits when it is done', async () => {
  await using server = await startApiServer();
  using volume = createProjectedVolume({ files: { token: await server.mint(), 'ca.crt': server.caBundle } });
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    ROOT: volume.root,
    KUBERNETES_SERVICE_HOST: server.host,
    KUBERNETES_SERVICE_PORT: String(server.port),
  };
  const script = fileURLToPath(new URL('children/exit.ts', import.meta.url));
  // It ends by itself within a second of its start, or is killed.
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=kubefresh-source', script], {
    env,
    timeout: 10_000,
  });
  expect(stdout).toBe('[200,200,200] exit');
});
