import { rootCertificates } from 'node:tls';
import { startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, callHttp2, connect } from './support/call.ts';

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server.close());

const UNTRUSTED = /unable to verify|unable to get local issuer|self-signed|signature/;

it('is trusted by its own bundle only', async () => {
  const other = await startApiServer();
  expect((await call(server, '/healthz')).status).toBe(200);
  await expect(call(server, '/healthz', { ca: other.caBundle })).rejects.toThrow(UNTRUSTED);
  await expect(call(server, '/healthz', { ca: rootCertificates[0] ?? '' })).rejects.toThrow(UNTRUSTED);
  await other.close();
});

it('rotates carefully: bundle of both, then the new alone', async () => {
  const before = server.caBundle;
  const both = await server.rotateCA({ keepOld: true });
  expect(both).toContain(before);
  expect((await call(server, '/healthz', { ca: both })).status).toBe(200);
  await expect(call(server, '/healthz', { ca: before })).rejects.toThrow(UNTRUSTED);
  const alone = server.dropOldCAs();
  expect(alone).not.toContain(before);
  expect((await call(server, '/healthz', { ca: alone })).status).toBe(200);
});

it('rotates hard, the file first: the old certificate is served until it is reissued', async () => {
  const before = server.caBundle;
  const after = await server.rotateCA({ serve: false });
  expect((await call(server, '/healthz', { ca: before })).status).toBe(200);
  await expect(call(server, '/healthz', { ca: after })).rejects.toThrow(UNTRUSTED);
  await server.reissueServingCertificate();
  expect((await call(server, '/healthz', { ca: after })).status).toBe(200);
});

it('leaves open connections alone', async () => {
  const session = connect(server);
  const token = await server.mint();
  expect((await callHttp2(session, '/healthz', { token })).status).toBe(200);
  await server.rotateCA();
  expect((await callHttp2(session, '/healthz', { token })).status).toBe(200);
  session.close();
});
