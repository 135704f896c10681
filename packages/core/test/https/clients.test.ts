import axios from 'axios';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startBackend } from '../undici/fakes.ts';
import { PODS, startLine } from './setup.ts';

test('axios: token, rotation, a body', async () => {
  await using line = await startLine();
  const client = axios.create({ baseURL: line.origin, httpsAgent: line.agent, proxy: false });
  expect((await client.get(PODS)).data).toMatchObject({ kind: 'PodList' });
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'made' } };
  expect((await client.post(PODS, pod)).status).toBe(201);
  expect(line.server.journal.entries.every(({ jti }) => jti === line.token.jti)).toBe(true);
});

test('S9: axios follows a redirect to another host without the token, and back with it', async () => {
  await using line = await startLine();
  await using other = await startBackend();
  other.answer = (_, response) => response.writeHead(307, { location: line.origin + PODS }).end();
  line.server.faults.redirect({ path: '/away' }, { to: () => other.origin });
  const alias = line.origin.replace('127.0.0.1', 'localhost');
  line.server.faults.redirect({ path: '/alias' }, { to: () => `${alias}/there` });
  const client = axios.create({ httpsAgent: line.agent, proxy: false });
  expect((await client.get(`${line.origin}/away`)).status).toBe(200);
  expect(other.seen.map(({ authorizations }) => authorizations)).toEqual([[]]);
  // The same server by another name: no token, and not verified with the cluster's CA.
  await expect(client.get(`${line.origin}/alias`)).rejects.toMatchObject({ code: expect.stringMatching(/CERT|LEAF/) });
  expect(line.server.journal.filter(({ path }) => path === '/there')).toEqual([]);
});

test('S7: ws opens with the token; a 401 of the upgrade reaches the caller and the source', async () => {
  await using line = await startLine();
  const statusOf = (path: string) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(line.origin.replace('https', 'wss') + path, { agent: line.agent });
      socket.on('unexpected-response', (request, response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      socket.on('error', reject);
    });
  await statusOf('/api/v1/namespaces/default/pods/web/exec').catch(() => {});
  expect(line.server.journal.last).toMatchObject({ jti: line.token.jti, authorizations: 1 });
  let rejections = 0;
  line.source.on('rejected', () => {
    rejections += 1;
  });
  using _ = line.server.faults.refuse();
  expect(await statusOf('/api/v1/namespaces/default/pods/web/exec')).toBe(401);
  expect(rejections).toBe(1);
});
