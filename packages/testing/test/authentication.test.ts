import { inspect } from 'node:util';
import { type MintOptions, startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, callHttp2, connect } from './support/call.ts';

const PODS = '/api/v1/namespaces/default/pods';
const HOUR = 3600;
let server: TestApiServer;
let strict: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
  strict = await startApiServer({ leewaySeconds: 0, successCacheSeconds: 0 });
});
afterAll(async () => {
  await server.close();
  await strict.close();
});

async function status(options: MintOptions, at = server): Promise<number> {
  return (await call(at, PODS, { token: await at.mint(options) })).status;
}

const seconds = (shift: number) => Math.floor(Date.now() / 1000) + shift;

describe('the 401', () => {
  it('is bare: no reason, no WWW-Authenticate, but a date and an audit id', async () => {
    const { headers, text, status } = await call(server, PODS, { token: 'nonsense' });
    expect(status).toBe(401);
    expect(text).toBe(
      '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}\n',
    );
    expect(headers['content-length']).toBe('129');
    expect(headers['content-type']).toBe('application/json');
    expect(headers['www-authenticate']).toBeUndefined();
    expect(headers['audit-id']).toBe(server.journal.last?.auditId);
    expect(Math.abs(Date.parse(headers['date'] ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('closes an HTTP/2 connection by GOAWAY and lets the other streams finish', async () => {
    const session = connect(server);
    const gone = new Promise((resolve) => session.on('goaway', resolve));
    const token = await server.mint();
    const hold = server.faults.slow({ jti: token.jti }, { delayMs: 50 });
    const other = callHttp2(session, PODS, { token });
    expect((await callHttp2(session, PODS, { token: 'nonsense' })).status).toBe(401);
    await gone;
    expect((await other).status).toBe(200);
    hold.stop();
    session.close();
  });
});

describe('no credential', () => {
  it.each([
    ['no header', {}],
    ['an empty bearer', { authorization: 'Bearer ' }],
    ['two spaces', { authorization: 'Bearer  x' }],
    ['another scheme', { authorization: 'Basic eDp5' }],
  ])('%s: 403 as system:anonymous', async (_name, headers) => {
    const { status, json } = await call(server, PODS, { headers });
    expect(status).toBe(403);
    expect(json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message:
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
      reason: 'Forbidden',
      details: { kind: 'pods' },
      code: 403,
    });
  });

  it('may still ask for health and version', async () => {
    for (const path of ['/healthz', '/livez', '/readyz', '/version']) {
      expect((await call(server, path)).status).toBe(200);
    }
  });
});

// The table "Minting with the fixture's sa.key" of a real 1.37.
describe('claims, as the real server judges them', () => {
  it.each<[string, MintOptions, number]>([
    ['an ordinary token', {}, 200],
    ['extended, past warnafter', { claims: { iat: seconds(-2 * HOUR), exp: seconds(365 * 24 * HOUR) } }, 200],
    ['exp -55 s', { claims: { exp: seconds(-55) } }, 200],
    ['exp -65 s', { claims: { exp: seconds(-65) } }, 401],
    ['nbf +55 s', { claims: { nbf: seconds(55) } }, 200],
    ['nbf +65 s', { claims: { nbf: seconds(65) } }, 401],
    ['iat +55 s', { claims: { iat: seconds(55) } }, 200],
    ['iat +65 s', { claims: { iat: seconds(65) } }, 401],
    ...['exp', 'iat', 'nbf', 'jti', 'aud', 'sub'].map((claim): [string, MintOptions, number] => [
      `without ${claim}`,
      { claims: { [claim]: undefined } },
      200,
    ]),
    ['a foreign sub', { claims: { sub: 'system:serviceaccount:a:b' } }, 200],
    ['pod-bound, node forged', { pod: 'p', node: { name: 'n', uid: 'forged' } }, 200],
    ['a wrong iss', { claims: { iss: 'https://elsewhere' } }, 401],
    ['a wrong aud', { audiences: ['vault'] }, 401],
    ['one right audience among others', { audiences: ['vault', 'https://kubernetes.default.svc.cluster.local'] }, 200],
    ['a foreign key', { foreignKey: true }, 401],
    ['a wrong pod uid', { pod: { name: 'p', uid: 'wrong' } }, 401],
    ['an absent pod', { pod: { name: 'absent', uid: 'x' } }, 401],
    ['an absent node', { node: { name: 'absent', uid: 'x' } }, 401],
    ['an absent secret', { secret: { name: 'absent', uid: 'x' } }, 401],
    [
      'a wrong account uid',
      { claims: { 'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'default', uid: 'wrong' } } } },
      401,
    ],
    ['legacy', { legacy: true }, 200],
  ])('%s', async (_name, options, expected) => {
    expect(await status(options)).toBe(expected);
  });

  it('tampered with: 401, and the journal says why', async () => {
    const [head, , signature] = (await server.mint()).token.split('.');
    const [, payload] = (await server.mint()).token.split('.');
    expect((await call(server, PODS, { token: `${head}.${payload}.${signature}` })).status).toBe(401);
    expect(server.journal.last?.reason).toBe('go-jose/go-jose: error in cryptographic primitive');
  });

  it('gives an extended token a year, and warnafter in its life', async () => {
    const { claims, expiresAt } = await server.mint({ extended: true, lifetimeSeconds: 3607 });
    const iat = claims.iat ?? 0;
    expect((claims.exp ?? 0) - iat).toBe(31_536_000);
    expect((claims['kubernetes.io']?.warnafter ?? 0) - iat).toBe(3607);
    expect(Math.round(expiresAt / 1000 - iat)).toBe(3607);
  });

  it('keeps fractions in tokens of a few seconds, judged without leeway', async () => {
    expect(await status({ lifetimeSeconds: 0.5 }, strict)).toBe(200);
    expect(await status({ lifetimeSeconds: -0.01 }, strict)).toBe(401);
    expect(strict.journal.last?.reason).toBe('service account token has expired');
  });

  it('refuses a lifetime that is no number', async () => {
    await expect(server.mint({ lifetimeSeconds: Number.NaN })).rejects.toMatchObject({
      code: 'ERR_KUBEFRESH_TESTING_INVALID_OPTION',
    });
  });
});

describe('bound objects', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'held', namespace: 'default' } };

  it('a deleted pod takes its token along: at once if it was not used, by the cache else', async () => {
    const token = await server.mint({ pod: 'held' });
    expect((await call(server, PODS, { token })).status).toBe(200);
    server.objects.delete(pod);
    expect((await call(server, PODS, { token })).status).toBe(200);
    server.forgetAuthentications();
    expect((await call(server, PODS, { token })).status).toBe(401);
  });

  it('a pod held by a finalizer vouches for 60 s after its deletion', async () => {
    strict.objects.create({ ...pod, metadata: { ...pod.metadata, finalizers: ['test/hold'] } });
    const token = await strict.mint({ pod: 'held' });
    expect(strict.objects.delete(pod).metadata.deletionTimestamp).toBeDefined();
    expect((await call(strict, PODS, { token })).status).toBe(200);
    strict.skewClock(62_000);
    expect((await call(strict, PODS, { token })).status).toBe(401);
    strict.skewClock(0);
  });

  it('an account created again has another uid: its tokens are dead, new ones live', async () => {
    const token = await server.mint();
    expect((await call(server, PODS, { token })).status).toBe(200);
    server.recreateServiceAccount();
    expect((await call(server, PODS, { token })).status).toBe(401);
    expect(await status({})).toBe(200);
  });

  it('a legacy token lives by its secret', async () => {
    const token = await server.mint({ legacy: true, serviceAccount: 'old' });
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'old-token', namespace: 'default' } };
    const stored = server.objects.get(secret);
    expect(token.claims.exp).toBeUndefined();
    server.objects.update({
      ...secret,
      data: stored?.['data'],
      metadata: { ...secret.metadata, labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' } },
    });
    expect((await call(server, PODS, { token })).status).toBe(401);
    expect(server.journal.last?.reason).toContain('invalid');
  });
});

describe('controls', () => {
  it('revokes past the cache', async () => {
    const token = await server.mint();
    expect((await call(server, PODS, { token })).status).toBe(200);
    server.revoke(token);
    expect((await call(server, PODS, { token })).status).toBe(401);
  });

  it('rotates the signing key with and without the old one', async () => {
    const token = await server.mint();
    expect((await call(server, PODS, { token })).status).toBe(200);
    server.rotateSigningKey({ keepOld: true });
    expect((await call(server, PODS, { token })).status).toBe(200);
    server.rotateSigningKey();
    expect((await call(server, PODS, { token })).status).toBe(401);
    expect(server.journal.last?.reason).toBe('invalid signature, no keys found');
  });

  it('skews judgement and Date header together', async () => {
    server.skewClock(-600_000);
    const { headers } = await call(server, PODS);
    expect(Date.now() - Date.parse(headers['date'] ?? '')).toBeGreaterThan(590_000);
    server.skewClock(0);
    expect(await status({ issuedAt: Date.now() + 600_000 })).toBe(401);
    expect(server.journal.last?.reason).toBe('service account token is not valid yet');
  });

  it('takes opaque tokens it was told to', async () => {
    server.trust('sha256~opaque', { username: 'kube:admin' });
    expect((await call(server, PODS, { token: 'sha256~opaque' })).status).toBe(200);
    expect(server.journal.last).toMatchObject({ user: 'kube:admin', jti: undefined });
    server.distrust('sha256~opaque');
    expect((await call(server, PODS, { token: 'sha256~opaque' })).status).toBe(401);
  });

  it('authorizes as the user likes', async () => {
    const picky = await startApiServer({
      authorize: (_user, { resource }) => resource?.verb === 'list' || 'lists only',
    });
    const token = await picky.mint();
    expect((await call(picky, PODS, { token })).status).toBe(200);
    const { status, json } = await call(picky, `${PODS}/x`, { token });
    expect(status).toBe(403);
    expect(json.message).toBe(
      'pods "x" is forbidden: User "system:serviceaccount:default:default" cannot get resource "pods" in API group "" in the namespace "default": lists only',
    );
    await picky.close();
  });
});

it('shows a token nowhere: not when printed, not in the journal', async () => {
  const token = await server.mint();
  await call(server, PODS, { token });
  expect(inspect(token, { showHidden: true })).not.toContain(token.token);
  expect(JSON.stringify(token)).not.toContain(token.token);
  expect(inspect(server.journal.entries, { depth: 9, maxArrayLength: 999, showHidden: true })).not.toContain(
    token.token,
  );
});

it('revokes a token without an id alone', async () => {
  const [revoked, other] = [
    await server.mint({ legacy: true, serviceAccount: 'one' }),
    await server.mint({ legacy: true, serviceAccount: 'other' }),
  ];
  server.revoke(revoked);
  expect((await call(server, PODS, { token: revoked })).status).toBe(401);
  expect((await call(server, PODS, { token: other })).status).toBe(200);
});
