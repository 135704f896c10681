import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http2 from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { describeEntry, startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, callHttp2, connect } from './support/call.ts';

const PODS = '/api/v1/namespaces/default/pods';
let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server.close());

describe('starting and stopping', () => {
  it('says where it is', () => {
    expect(server.origin).toBe(`https://127.0.0.1:${server.port}`);
    expect(server.url.href).toBe(`${server.origin}/`);
  });

  it('names a port that is in use', async () => {
    await expect(startApiServer({ port: server.port })).rejects.toMatchObject({
      code: 'ERR_KUBEFRESH_TESTING_PORT_IN_USE',
      message: expect.stringContaining(String(server.port)),
    });
  });

  it.each([
    { port: -1 },
    { leewaySeconds: -1 },
    { successCacheSeconds: Number.NaN },
    { maxTokenExpirationSeconds: Number.NaN },
  ])('refuses %o', async (options) => {
    await expect(startApiServer(options)).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_TESTING_INVALID_OPTION' });
  });

  it('closes with streams and idle connections open, twice if need be', async () => {
    const mine = await startApiServer();
    const token = await mine.mint();
    const session = connect(mine);
    session.on('error', () => undefined);
    const stream = session.request({ ':path': `${PODS}?watch=1`, authorization: `Bearer ${token.token}` });
    stream.on('error', () => undefined);
    await once(stream, 'response');
    expect(mine.connections).toBe(1);
    await mine.close();
    expect(mine.connections).toBe(0);
    await mine.close();
  });

  it('lets a program end that has closed what it opened', async () => {
    const program = `
      const { startCluster } = await import('@kubefresh/testing');
      const cluster = await startCluster();
      cluster.server.faults.refuse({}, { forMs: 60_000 });
      void cluster.server.journal.waitFor(() => false, { timeoutMs: 60_000 }).catch(() => undefined);
      await fetch(cluster.server.origin).catch(() => undefined);
      await cluster.close();`;
    const args = ['--conditions=kubefresh-source', '--input-type=module', '--eval', program];
    const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('can do without HTTP/2', async () => {
    const mine = await startApiServer({ http2: false });
    const session = http2.connect(mine.origin, { ca: mine.caBundle });
    await once(session, 'error');
    expect((await call(mine, '/healthz')).status).toBe(200);
    await mine.close();
  });
});

describe('connections', () => {
  it('are counted, numbered, cut and sent away', async () => {
    const session = connect(server);
    session.on('error', () => undefined);
    const token = await server.mint();
    await callHttp2(session, PODS, { token });
    await callHttp2(session, PODS, { token });
    const [last, before] = [server.journal.entries.at(-1), server.journal.entries.at(-2)];
    expect(last).toMatchObject({ protocol: 'h2', connection: before?.connection });
    expect(server.connections).toBe(1);
    const goaway = once(session, 'goaway');
    server.goAway();
    await goaway;
    const second = connect(server);
    second.on('error', () => undefined);
    await callHttp2(second, PODS, { token });
    expect(server.journal.last?.connection).toBeGreaterThan(last?.connection ?? 0);
    server.cutConnections();
    await once(second, 'close');
  });
});

describe('journal', () => {
  it('holds what was asked and answered', async () => {
    const token = await server.mint();
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'journaled' } };
    await call(server, `${PODS}?dryRun=All`, { token, method: 'POST', body: pod, headers: { 'x-mine': 'yes' } });
    expect(server.journal.last).toMatchObject({
      method: 'POST',
      path: PODS,
      protocol: 'http/1.1',
      status: 201,
      jti: token.jti,
      credential: 'bearer',
      authorizations: 1,
      user: 'system:serviceaccount:default:default',
      bodyBytes: JSON.stringify(pod).length,
      headers: { 'x-mine': 'yes' },
    });
    expect(server.journal.last?.query.get('dryRun')).toBe('All');
    expect(server.journal.last?.headers).not.toHaveProperty('authorization');
  });

  it('can be waited on, for the past and for what comes', async () => {
    const token = await server.mint();
    const from = server.journal.length;
    const coming = server.journal.waitFor((entry) => entry.path === '/livez', { from });
    await call(server, PODS, { token });
    await call(server, '/livez');
    expect(await coming).toBe(server.journal.last);
    expect(await server.journal.waitFor((entry) => entry.jti === token.jti)).toBe(server.journal.entries.at(-2));
    await expect(server.journal.waitFor(() => false, { timeoutMs: 10 })).rejects.toMatchObject({
      code: 'ERR_KUBEFRESH_TESTING_TIMEOUT',
      message: expect.stringContaining('GET /livez -> 200'),
    });
    await expect(server.journal.waitFor(() => false, { signal: AbortSignal.abort(new Error('mine')) })).rejects.toThrow(
      'mine',
    );
  });

  it('iterates from the first entry to the end of the server', async () => {
    const mine = await startApiServer();
    await call(mine, '/livez');
    const seen = (async () => {
      const paths = [];
      for await (const entry of mine.journal) paths.push(entry.path);
      return paths;
    })();
    await call(mine, '/readyz');
    await mine.close();
    expect(await seen).toEqual(['/livez', '/readyz']);
  });

  it('describes an entry in a line', async () => {
    const token = await server.mint({ lifetimeSeconds: 600, issuedAt: Date.now() - 100_000 });
    server.faults.refuse({ jti: token.jti }, { name: 'S1', times: 1 });
    await call(server, PODS, { token });
    const line = describeEntry(server.journal.last as NonNullable<typeof server.journal.last>);
    expect(line).toMatch(
      new RegExp(
        `^#\\d+ GET ${PODS} -> 401 \\(refused by a fault\\) token ${token.jti} aged 10\\d\\.\\d s of 600.0 s; fault on: S1; connection \\d+ http/1.1$`,
      ),
    );
  });
});

describe('request targets', () => {
  /** What a client sends that puts a slash too many before the path; no URL of Node's would. */
  async function send(head: string): Promise<string> {
    const { host, port, caBundle: ca } = server;
    const socket = connectTls({ host, port, ca, servername: 'localhost' });
    socket.write(`${head}\r\nHost: server\r\nConnection: close\r\n\r\n`);
    const chunks = await socket.toArray();
    return Buffer.concat(chunks).toString().split('\r\n', 1)[0] ?? '';
  }

  it('survives one that is no path', async () => {
    expect(await send('GET // HTTP/1.1')).toBe('HTTP/1.1 403 Forbidden');
  });

  it('takes no part of a path for a host', async () => {
    const { token } = await server.mint();
    const line = await send(`GET //api/v1/pods?limit=1 HTTP/1.1\r\nAuthorization: Bearer ${token}`);
    expect(line).toBe('HTTP/1.1 404 Not Found');
    expect(server.journal.last?.path).toBe('//api/v1/pods');
    expect(server.journal.last?.query.get('limit')).toBe('1');
  });

  it('takes a whole address, as proxies are sent', async () => {
    const { token } = await server.mint();
    const line = await send(`GET https://server/api/v1/pods HTTP/1.1\r\nAuthorization: Bearer ${token}`);
    expect(line).toBe('HTTP/1.1 200 OK');
  });

  it('answers 400 to a broken escape', async () => {
    expect((await call(server, '/api/v1/%zz', { token: await server.mint() })).status).toBe(400);
  });
});
