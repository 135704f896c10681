import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expectNoFailures, startCluster } from '@kubefresh/testing';
import { expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

test('it follows pods over a rotation, and ends when it is told to', async () => {
  await using cluster = await startCluster();
  const { server, kubelet } = cluster;
  const create = (name: string) =>
    server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } });
  create('first');
  const env = { ...process.env, ...cluster.env, INTERVAL_MS: '50' };
  const child = spawn(process.execPath, ['--conditions=kubefresh-source', MAIN], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = createInterface(child.stdout);
  const line = (words: string) =>
    new Promise<void>((resolve) => output.on('line', (text) => text.includes(words) && resolve()));

  await line('"added":"first"');
  const next = await kubelet.rotate();
  await server.journal.waitFor(({ jti, status }) => jti === next.jti && status === 200);
  const added = line('"added":"second"');
  create('second');
  await added;
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expectNoFailures(server.journal);
});
