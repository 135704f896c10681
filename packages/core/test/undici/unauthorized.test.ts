import { expect, test } from 'vitest';
import { nextEvent } from '../support/await-event.ts';
import { PODS, startLine } from './setup.ts';

test('S1: a token refused at the very swap costs no request', async () => {
  await using line = await startLine();
  let old = line.token;
  const statuses: number[] = [];
  const worker = async () => {
    for (let count = 0; count < 60; count += 1) statuses.push((await line.request()).status);
  };
  const rotations = (async () => {
    for (let count = 0; count < 10; count += 1) {
      const next = await line.rotate();
      line.server.revoke(old);
      old = next;
      // Two requests of each worker: none of them is still on its way with a token of before.
      let accepted = 0;
      await line.server.journal.waitFor(({ jti, status }) => {
        accepted += Number(jti === next.jti && status === 200);
        return accepted === 40;
      });
    }
  })();
  await Promise.all([rotations, ...Array.from({ length: 20 }, worker)]);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(line.server.journal.filter(({ status }) => status === 401).length).toBeGreaterThan(0);
});

test('S2: while the new token is refused, the previous one serves', async () => {
  await using line = await startLine();
  expect((await line.request()).status).toBe(200);
  const next = await line.rotate();
  using lag = line.server.faults.refuse({ jti: next.jti });
  for (let count = 0; count < 20; count += 1) expect((await line.request()).status).toBe(200);
  expect(lag.hits).toBeGreaterThan(0);
  lag.stop();
  // The new one is tried again after a while, and then serves.
  for (let accepted = false; !accepted; ) {
    expect((await line.request()).status).toBe(200);
    accepted = line.server.journal.last?.jti === next.jti;
  }
});

test('S3: while every token is refused, a call sends at most two requests, and all recovers', async () => {
  await using line = await startLine();
  const refusal = line.server.faults.refuse();
  const next = await line.rotate();
  for (let count = 0; count < 10; count += 1) {
    const before = line.server.journal.length;
    expect((await line.request()).status).toBe(401);
    expect(line.server.journal.length - before).toBeLessThanOrEqual(2);
  }
  refusal.stop();
  expect((await line.request()).status).toBe(200);
  expect([next.jti, line.token.jti]).toContain(line.server.journal.last?.jti);
});

test('S3: a successor that lands after the new token and its predecessor were both refused saves the call', async () => {
  await using line = await startLine();
  const second = await line.rotate();
  line.server.revoke(line.token);
  line.server.revoke(second);
  const third = await line.server.mint();
  const from = line.server.journal.length;
  let refusals = 0;
  const refusedTwice = line.server.journal.waitFor(({ status }) => {
    refusals += Number(status === 401);
    return refusals === 2;
  });
  const response = line.request();
  await refusedTwice;
  line.volume.write({ token: third });
  expect((await response).status).toBe(200);
  const sent = line.server.journal.entries.slice(from).map(({ jti, status }) => [jti, status]);
  expect(sent).toEqual([
    [second.jti, 401],
    [line.token.jti, 401],
    [third.jti, 200],
  ]);
});

test('S3: the 401 that nothing cures reaches the caller whole, though it was held back for an answer', async () => {
  await using line = await startLine();
  using _ = line.server.faults.refuse();
  const { status, text, headers } = await line.request();
  expect(status).toBe(401);
  expect(JSON.parse(text)).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
  expect(headers['audit-id']).toBe(line.server.journal.last?.auditId);
});

test('the event `rejected` tells the Audit-Id of the 401', async () => {
  await using line = await startLine();
  using _ = line.server.faults.refuse();
  const rejected = nextEvent(line.source, 'rejected');
  await line.request();
  expect((await rejected).auditId).toBe(line.server.journal.last?.auditId);
});

test.each(['endless', 'huge', 'empty'] as const)('S5: a 401 with an %s body does not hang the resend', async (body) => {
  await using line = await startLine();
  const next = await line.rotate();
  using refusal = line.server.faults.refuse({ jti: next.jti }, { body, times: 1 });
  expect((await line.request()).status).toBe(200);
  expect(refusal.hits).toBe(1);
});

test('S5: a 401 with a 10 MB body that nothing cures reaches the caller whole', async () => {
  await using line = await startLine();
  using _ = line.server.faults.refuse({}, { body: 'huge' });
  const { status, text } = await line.request();
  expect(status).toBe(401);
  expect(text.length).toBe(10 * 1024 * 1024);
});

test('S6: a watch is opened again with the new token, and an open one is left alone', async () => {
  await using line = await startLine();
  const path = `${PODS}?watch=true`;
  const open = await line.dispatcher.request({ origin: line.origin, path, method: 'GET' });
  expect(open.statusCode).toBe(200);
  await line.rotate();
  line.server.revoke(line.token);
  const second = await line.dispatcher.request({ origin: line.origin, path, method: 'GET' });
  expect(second.statusCode).toBe(200);
  line.server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'new', namespace: 'default' } });
  for (const response of [open, second]) {
    for await (const chunk of response.body) {
      expect(JSON.parse(String(chunk))).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'new' } } });
      break;
    }
  }
});

test('S10: a 403 as system:anonymous is explained on the event, and not sent again', async () => {
  await using line = await startLine();
  using strip = line.server.faults.stripToken();
  const rejected = nextEvent(line.source, 'rejected');
  expect((await line.request()).status).toBe(403);
  expect((await rejected).reason).toBe('middlebox');
  expect(strip.hits).toBe(1);
});

test('S10: a 403 of an authenticated user is nobody’s fault', async () => {
  await using line = await startLine({ server: { authorize: () => 'no RBAC policy matched' } });
  let rejections = 0;
  line.source.on('rejected', () => {
    rejections += 1;
  });
  expect((await line.request()).status).toBe(403);
  expect(rejections).toBe(0);
});

test.each([-600_000, 600_000])('S11: a server clock %i ms off costs no request and is reported', async (skew) => {
  await using line = await startLine();
  line.server.skewClock(skew);
  line.volume.write({ token: await line.server.mint() });
  for (let count = 0; count < 5; count += 1) expect((await line.request()).status).toBe(200);
  expect(line.source.status().skew).toBeGreaterThan(skew - 5_000);
  expect(line.source.status().skew).toBeLessThan(skew + 5_000);
});

test.each([
  '/api/v1/namespaces/default/pods/web/proxy/secret',
  '/api/v1/namespaces/default/pods/https:web:8443/proxy',
  '/api/v1/namespaces/default/services/web:http/proxy/a?b=c',
  '/api/v1/nodes/node-1/proxy/metrics',
])('S14: a 401 of the backend behind %s is the caller’s, unreported and not sent again', async (path) => {
  await using line = await startLine();
  using backend = line.server.faults.respond(undefined, { status: 401, body: 'login first' });
  await line.rotate();
  let rejections = 0;
  line.source.on('rejected', () => {
    rejections += 1;
  });
  const { status, text } = await line.request(path);
  expect([status, text]).toEqual([401, 'login first']);
  expect([backend.hits, rejections]).toEqual([1, 0]);
});

test('S14: the clock of a backend is not taken for the API server’s', async () => {
  await using line = await startLine();
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  using backend = line.server.faults.respond(undefined, { status: 200, headers: { date }, body: 'hello', times: 1 });
  expect((await line.request('/api/v1/namespaces/default/pods/web/proxy/')).headers['date']).toBe(date);
  expect(backend.hits).toBe(1);
  expect(line.source.status().skew).toBeUndefined();
  await line.request();
  expect(Math.abs(line.source.status().skew ?? Number.NaN)).toBeLessThan(60_000);
});

test('S14: a path that only looks like a proxy is the API server’s own', async () => {
  await using line = await startLine();
  line.server.revoke(line.token);
  const next = await line.rotate();
  await line.request('/api/v1/namespaces/proxy/pods/proxy');
  expect(line.server.journal.last).toMatchObject({ status: 404, jti: next.jti });
});
