import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { volumeSource } from '@kubefresh/core';
import { createProjectedVolume } from '@kubefresh/testing';
import { expect, it, vi } from 'vitest';
import { type ClientName, keepFresh } from '../src/index.ts';
import { createStage } from './stage.ts';

const require = createRequire(import.meta.url);

it('answers the same backend for a source until it is closed', async () => {
  await using stage = await createStage();
  const options = { source: stage.backend.source, origin: stage.server.origin };
  expect(keepFresh(options)).toBe(stage.backend);
  expect(stage.backend).toBeInstanceOf(require('kubernetes-client/backends/request'));
  await stage.backend.close();
  await stage.backend.close();
  const again = keepFresh(options);
  expect(again).not.toBe(stage.backend);
  await again.close();
  expect(stage.backend.source.status().watcher).not.toBe('closed');
});

it('finds the pod by itself, and closes the source that it opened', async () => {
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.0.0.1');
  vi.stubEnv('KUBERNETES_SERVICE_PORT', '443');
  const backend = keepFresh();
  expect(keepFresh()).toBe(backend);
  await backend.close();
  expect(backend.source.status().watcher).toBe('closed');
  vi.unstubAllEnvs();
});

it('refuses a client that it does not know, and names the range of its package.json', () => {
  using folder = createProjectedVolume();
  const client = join(folder.root, 'node_modules/kubernetes-client');
  mkdirSync(client, { recursive: true });
  writeFileSync(join(client, 'package.json'), JSON.stringify({ name: 'kubernetes-client', version: '8.3.7' }));
  const { peerDependencies } = require('../package.json');
  const apply = () => keepFresh({ client: 'kubernetes-client', from: join(folder.root, 'program.js') });
  expect(apply).toThrow('kubernetes-client 8.3.7');
  for (const range of Object.values<string>(peerDependencies)) expect(apply).toThrow(range);
});

it('says how to name the client where it is not found', () => {
  using folder = createProjectedVolume();
  // In a process of its own: what the package manager adds to NODE_PATH is read once, at the start.
  const program = `
    import { keepFresh } from ${JSON.stringify(import.meta.resolve('../src/index.ts'))};
    try { keepFresh({ from: ${JSON.stringify(`${folder.root}/program.js`)} }); }
    catch ({ code, message }) { console.log(code, message); }`;
  const flags = ['--conditions=kubefresh-source', '--input-type=module', '--eval', program];
  const said = execFileSync(process.execPath, flags, { env: {}, encoding: 'utf8' });
  expect(said).toContain('ERR_KUBEFRESH_UNSUPPORTED_CLIENT kubernetes-client or @cloudnativetoolkit/kubernetes-client');
});

it.each([
  ['client', { client: 'kubectl' as ClientName }],
  ['from', { from: 'no/absolute/path' }],
  ['origin', { origin: '10.0.0.1' }],
])('refuses a bad %s', (option, options) => {
  expect(() => keepFresh(options)).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_INVALID_OPTION', option }));
});

it('waits for the first token', async () => {
  await using stage = await createStage();
  using volume = createProjectedVolume({ missing: true });
  await using source = volumeSource({ directory: volume.directory, pollInterval: 10 });
  await using backend = keepFresh({ source, origin: stage.server.origin });
  const answer = backend.http({ method: 'GET', pathname: '/api/v1/pods' });
  volume.write({ token: await stage.server.mint(), 'ca.crt': stage.server.caBundle });
  expect(await answer).toMatchObject({ statusCode: 200 });
});

it('refuses a server of plain http, whatever else may see the token: an exec would tell it there', async () => {
  await using stage = await createStage();
  const { source } = stage.backend;
  await stage.backend.close();
  expect(() => keepFresh({ source, origin: 'http://10.0.0.1', origins: ['https://10.0.0.1'] })).toThrow('plain http');
});
