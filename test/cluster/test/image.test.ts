import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NodeCluster, startCluster, textEntry, treeEntries } from '../src/index.ts';
import { createReader, describeOn } from './support.ts';

describeOn('node', 'images', () => {
  let cluster: NodeCluster;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kubefresh-image-'));
    cluster = await startCluster({ profile: 'node' });
  });
  afterAll(async () => {
    await cluster?.stop();
    rmSync(directory, { recursive: true });
  });

  test('a directory with a linked package runs as it does here, read-only and not as root', async () => {
    const library = join(directory, 'packages/greeting');
    mkdirSync(library, { recursive: true });
    writeFileSync(
      join(library, 'package.json'),
      JSON.stringify({ name: 'greeting', type: 'module', exports: './index.js' }),
    );
    writeFileSync(join(library, 'index.js'), 'export const greeting = "hello from a package";');
    mkdirSync(join(directory, 'node_modules'));
    symlinkSync('../packages/greeting', join(directory, 'node_modules/greeting'));
    const main = 'import { greeting } from "greeting"; console.log(greeting, process.getuid(), process.cwd());';
    writeFileSync(join(directory, 'main.mjs'), main);

    await cluster.buildImage({
      name: 'kubefresh.test/greeting:1',
      entries: [...treeEntries(directory, '/app'), textEntry('/etc/motd', 'text\n')],
      config: { Cmd: ['main.mjs'], WorkingDir: '/app', User: '1000:1000' },
    });
    const pod = await cluster.pods.create({
      account: await createReader(cluster),
      image: 'kubefresh.test/greeting:1',
      securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true },
    });
    expect(await pod.exitCode()).toBe(0);
    expect(await pod.logs()).toBe('hello from a package 1000 /app\n');
  });

  test('a package of the workspace runs with its dependencies', async () => {
    const name = 'kubefresh.test/cluster:1';
    await cluster.buildPackageImage(name, join(import.meta.dirname, '..'), {});
    const code = `
      import { existsSync } from 'node:fs';
      import { pack } from 'tar-stream';
      console.log(typeof pack, existsSync('src/index.ts'), existsSync('test'), existsSync('node_modules/vitest'));`;
    const pod = await cluster.pods.create({ account: await createReader(cluster), image: name, script: code });
    expect(await pod.exitCode()).toBe(0);
    expect(await pod.logs()).toBe('function true false false\n');
  });
});
