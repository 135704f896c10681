import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { createProjectedVolume } from '@kubefresh/testing';
import { expect, it, vi } from 'vitest';
import { keepFresh } from '../src/index.ts';
import { createStage, programWith } from './stage.ts';

const require = createRequire(import.meta.url);
const clientRequire = createRequire(require.resolve('kubernetes-fluent-client/package.json'));

it('answers the same handle until it is restored, and leaves nothing behind', async () => {
  const { prototype } = clientRequire('undici').Agent;
  const { KubeConfig } = clientRequire('@kubernetes/client-node');
  const { loadFromDefault } = KubeConfig.prototype;
  await using stage = await createStage();
  expect(Object.hasOwn(prototype, 'dispatch')).toBe(true);
  expect(keepFresh()).toBe(stage.handle);
  await stage.handle.restore();
  await stage.handle.restore();
  expect(Object.hasOwn(prototype, 'dispatch')).toBe(false);
  expect(KubeConfig.prototype.loadFromDefault).toBe(loadFromDefault);
  const again = keepFresh();
  expect(again).not.toBe(stage.handle);
  await again.restore();
});

it('finds the pod by itself, and closes the source that it opened', async () => {
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.0.0.1');
  vi.stubEnv('KUBERNETES_SERVICE_PORT', '443');
  const handle = keepFresh();
  expect(handle.source.status().watcher).not.toBe('closed');
  await handle.restore();
  expect(handle.source.status().watcher).toBe('closed');
  vi.unstubAllEnvs();
});

it('refuses a client that it does not know, and names the range of its package.json', async () => {
  using folder = createProjectedVolume();
  const { peerDependencies } = require('../package.json');
  const range = peerDependencies['kubernetes-fluent-client'];
  const from = programWith(require.resolve('kubernetes-fluent-client-3.0/package.json'), folder.root);
  expect(() => keepFresh({ from })).toThrow(`kubernetes-fluent-client 3.0.4`);
  expect(() => keepFresh({ from })).toThrow(range);
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
  expect(said).toContain('ERR_KUBEFRESH_UNSUPPORTED_CLIENT');
  expect(said).toContain('import.meta.resolve');
});

it.each([
  ['from', { from: 'no/absolute/path' }],
  ['origins', { origins: [] }],
  ['origins', { origins: ['10.0.0.1'] }],
])('refuses a bad %s', (option, options) => {
  expect(catchError(() => keepFresh(options))).toMatchObject({ code: 'ERR_KUBEFRESH_INVALID_OPTION', option });
});

it('serves the oldest of the range, which brings undici 7', async () => {
  using folder = createProjectedVolume();
  const from = programWith(require.resolve('kubernetes-fluent-client-3.3/package.json'), folder.root);
  await using stage = await createStage({ from });
  const { K8s, kind } = createRequire(from)('kubernetes-fluent-client');
  await stage.rotate();
  await K8s(kind.Pod).Create({ metadata: { name: 'a', namespace: 'default' }, spec: { containers: [] } });
  await stage.rotate();
  const { items } = await K8s(kind.Pod).InNamespace('default').Get();
  expect(items).toHaveLength(1);
  expect(stage.server.connectionsOpened).toBe(1);
});

function catchError(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('It should have thrown.');
}
