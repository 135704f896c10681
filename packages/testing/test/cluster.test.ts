import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  expectNoCredentials,
  expectNoFailures,
  expectTokenUsed,
  startCluster,
  type TestCluster,
} from '@kubefresh/testing';
import { afterEach, expect, it } from 'vitest';
import { call } from './support/call.ts';

const opened: TestCluster[] = [];
afterEach(async () => {
  for (const cluster of opened.splice(0)) await cluster.close();
});

async function start(...args: Parameters<typeof startCluster>) {
  const cluster = await startCluster(...args);
  opened.push(cluster);
  return cluster;
}

it('has all that a program in a pod looks for', async () => {
  const { server, volume, root, env, kubeconfig } = await start();
  const mounted = `${root}/var/run/secrets/kubernetes.io/serviceaccount`;
  expect(volume.directory).toBe(mounted);
  const token = readFileSync(`${mounted}/token`, 'utf8');
  const ca = readFileSync(`${mounted}/ca.crt`, 'utf8');
  expect((await call(server, '/api/v1/pods', { token, ca })).status).toBe(200);
  expect(server.origin).toBe(`https://${env.KUBERNETES_SERVICE_HOST}:${env.KUBERNETES_SERVICE_PORT}`);
  expect(JSON.parse(readFileSync(kubeconfig, 'utf8'))).toMatchObject({
    clusters: [{ cluster: { server: server.origin, 'certificate-authority': volume.caFile } }],
    users: [{ user: { tokenFile: volume.tokenFile } }],
  });
});

it('lends its environment to this process and takes it back', async () => {
  const cluster = await start();
  const before = process.env['KUBERNETES_SERVICE_HOST'];
  const lent = cluster.useEnvironment();
  expect(process.env).toMatchObject(cluster.env);
  lent[Symbol.dispose]();
  expect(process.env['KUBERNETES_SERVICE_HOST']).toBe(before);
});

it('leaves nothing behind', async () => {
  const cluster = await startCluster();
  await cluster.close();
  expect(existsSync(cluster.root)).toBe(false);
  expect(cluster.server.connections).toBe(0);
});

it('takes its parts down again when one cannot start', async () => {
  await expect(startCluster({ kubelet: { expirationSeconds: 1 } })).rejects.toThrow('duration less than 10 minutes');
});

it('leaves no server when the volume cannot be made, and no volume without a server', async () => {
  const servers = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  const before = servers();
  await expect(startCluster({ volume: { layout: 'round' as never } })).rejects.toThrow('layout must be one of');
  expect(servers()).toBe(before);
  const parent = mkdtempSync(join(tmpdir(), 'kubefresh-testing-'));
  await expect(startCluster({ server: { port: -1 }, volume: { parent } })).rejects.toThrow('port must be');
  expect(readdirSync(parent)).toEqual([]);
  rmdirSync(parent);
});

it('expectations name the request, the age of its token and the fault that was on', async () => {
  const { server, kubelet } = await start();
  const token = await kubelet.rotate();
  await call(server, '/api/v1/pods', { token });
  expectNoFailures(server.journal);
  expectTokenUsed(server.journal, token);
  server.faults.refuse({ jti: token.jti }, { name: 'S1: the old token is refused' });
  await call(server, '/api/v1/pods', { token });
  expect(() => expectNoFailures(server.journal)).toThrow(
    /^1 of 2 requests failed:\n {2}#2 GET \/api\/v1\/pods -> 401 \(refused by a fault\) token [-0-9a-f]+ aged \d\.\d s of 31536000\.0 s; fault on: S1: the old token is refused; connection 2 http\/1\.1$/,
  );
  expectNoFailures(server.journal, { except: ({ status }) => status === 401 });
  expectNoFailures(server.journal, { from: server.journal.length });
  expect(() => expectNoCredentials(server.journal)).toThrow('2 requests brought a credential');
  const unused = await kubelet.rotate();
  expect(() => expectTokenUsed(server.journal, unused)).toThrow(`no request succeeded with token ${unused.jti}`);
});
