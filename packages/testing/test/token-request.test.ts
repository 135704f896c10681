import { type ApiServerOptions, startApiServer, type TestApiServer } from '@kubefresh/testing';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { call } from './support/call.ts';

const YEAR = 31_536_000;
const ACCOUNT = '/api/v1/namespaces/default/serviceaccounts/default';
const opened: TestApiServer[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

async function start(options: ApiServerOptions = {}) {
  const server = await startApiServer(options);
  opened.push(server);
  const token = await server.mint();
  const post = (path: string, body: unknown) => call(server, path, { token, method: 'POST', body });
  const request = (spec: unknown, metadata = {}) => post(`${ACCOUNT}/token`, { spec, metadata });
  const get = (path: string) => call(server, path, { token });
  return { server, token, post, request, get };
}

describe('TokenRequest', () => {
  it('answers as the real server does', async () => {
    const { request, get, server } = await start();
    const { status, json } = await request({});
    expect(status).toBe(201);
    expect(json).toMatchObject({
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: 'default', namespace: 'default' },
      spec: { audiences: [server.issuer], expirationSeconds: 3600, boundObjectRef: null },
      status: { expirationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
    });
    const claims = decodeJwt(json.status.token);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
    expect(Date.parse(json.status.expirationTimestamp)).toBe((claims.exp ?? 0) * 1000);
    expect((await get('/api/v1/pods')).status).toBe(200);
  });

  it.each<[string, unknown, number, string]>([
    ['under ten minutes', { expirationSeconds: 599 }, 422, 'may not specify a duration less than 10 minutes'],
    ['over 2^32', { expirationSeconds: 2 ** 32 + 1 }, 422, 'may not specify a duration larger than 2^32 seconds'],
    [
      'bound to nothing that can be',
      { boundObjectRef: { kind: 'Service', apiVersion: 'v1', name: 'x' } },
      400,
      'cannot bind token',
    ],
    [
      'bound to an absent pod',
      { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'x' } },
      404,
      'pods "x" not found',
    ],
  ])('refuses %s', async (_name, spec, status, message) => {
    const { request } = await start();
    const answer = await request(spec);
    expect(answer.status).toBe(status);
    expect(answer.json.message).toContain(message);
  });

  it('refuses another uid of the account, another name, an absent account', async () => {
    const { request, post } = await start();
    expect((await request({}, { uid: 'other' })).status).toBe(409);
    expect((await request({}, { name: 'other' })).status).toBe(422);
    expect((await post('/api/v1/namespaces/default/serviceaccounts/absent/token', {})).status).toBe(404);
  });

  it('binds to a pod and its node, and checks the pod', async () => {
    const { server, request, get } = await start();
    server.objects.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } });
    const pod = server.objects.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'default' },
      spec: { nodeName: 'n' },
    });
    const reference = { kind: 'Pod', apiVersion: 'v1', name: 'p' };
    expect((await request({ boundObjectRef: { ...reference, uid: 'other' } })).status).toBe(409);
    const { json } = await request({ boundObjectRef: { ...reference, uid: pod.metadata.uid } });
    const bound = decodeJwt<{ 'kubernetes.io': unknown }>(json.status.token)['kubernetes.io'];
    expect(bound).toMatchObject({ pod: { name: 'p', uid: pod.metadata.uid }, node: { name: 'n' } });
    server.objects.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'q', namespace: 'default' },
      spec: { serviceAccountName: 'other' },
    });
    expect((await request({ boundObjectRef: { ...reference, name: 'q' } })).status).toBe(400);
    expect((await call(server, '/api/v1/pods', { token: json.status.token })).status).toBe(200);
    expect((await get('/api/v1/pods')).status).toBe(200);
  });

  describe('of 3607 s', () => {
    const asks = async (options: ApiServerOptions, spec: object = {}, bound = true) => {
      const { server, request } = await start(options);
      server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' } });
      const boundObjectRef = bound ? { kind: 'Pod', apiVersion: 'v1', name: 'p' } : null;
      const { json, headers } = await request({ expirationSeconds: 3607, boundObjectRef, ...spec });
      const claims = decodeJwt<{ 'kubernetes.io': { warnafter?: number } }>(json.status.token);
      const iat = claims.iat ?? 0;
      return {
        exp: (claims.exp ?? 0) - iat,
        warnafter:
          claims['kubernetes.io'].warnafter === undefined ? undefined : claims['kubernetes.io'].warnafter - iat,
        status: Date.parse(json.status.expirationTimestamp) / 1000 - iat,
        warning: headers['warning'],
      };
    };

    it.each<[string, Parameters<typeof asks>, object]>([
      ['pod-bound: a year, and warnafter', [{}], { exp: YEAR, warnafter: 3607, status: 3607, warning: undefined }],
      ['unbound', [{}, {}, false], { exp: 3607, warnafter: undefined, status: 3607 }],
      ['another life', [{}, { expirationSeconds: 3600 }], { exp: 3600, warnafter: undefined }],
      ['another audience', [{}, { audiences: ['vault'] }], { exp: 3607, warnafter: undefined }],
      ['extension switched off', [{ extendTokenExpiration: false }], { exp: 3607, warnafter: undefined }],
      [
        'a maximum of 1 h',
        [{ maxTokenExpirationSeconds: 3600 }],
        {
          exp: 3600,
          warnafter: undefined,
          warning: '299 - "requested expiration of 3607 seconds shortened to 3600 seconds"',
        },
      ],
      ['a maximum of 2 h', [{ maxTokenExpirationSeconds: 7200 }], { exp: YEAR, warnafter: 3607 }],
    ])('%s', async (_name, args, expected) => {
      expect(await asks(...args)).toMatchObject(expected);
    });
  });

  it('scales: an hour in seconds', async () => {
    const { request } = await start({ timeScale: 600, leewaySeconds: 0 });
    const { json } = await request({ expirationSeconds: 3600 });
    const life = Date.parse(json.status.expirationTimestamp) - Date.now();
    expect(life).toBeGreaterThan(0);
    expect(life).toBeLessThanOrEqual(6000);
    expect(json.spec.expirationSeconds).toBe(6);
  });
});

describe('TokenReview', () => {
  const reviews = '/apis/authentication.k8s.io/v1/tokenreviews';

  it('says whose a token is', async () => {
    const { server, post } = await start();
    const token = await server.mint({ pod: 'p', node: 'n' });
    const { status, json } = await post(reviews, { spec: { token: token.token } });
    expect(status).toBe(201);
    expect(json.status).toMatchObject({
      authenticated: true,
      audiences: [server.issuer],
      user: {
        username: 'system:serviceaccount:default:default',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
        extra: {
          'authentication.kubernetes.io/credential-id': [`JTI=${token.jti}`],
          'authentication.kubernetes.io/node-name': ['n'],
          'authentication.kubernetes.io/pod-name': ['p'],
        },
      },
    });
  });

  it('intersects audiences', async () => {
    const { server, post } = await start();
    const { token } = await server.mint({ audiences: ['vault', 'other'] });
    const of = async (audiences: string[]) => (await post(reviews, { spec: { token, audiences } })).json.status;
    expect(await of(['vault', 'x'])).toMatchObject({ authenticated: true, audiences: ['vault'] });
    expect(await of(['x'])).toMatchObject({
      user: {},
      error: expect.stringContaining('invalid for the target audiences'),
    });
    expect((await of([])).authenticated).toBeUndefined();
  });

  it('says why a token is refused, and wants one', async () => {
    const { server, post } = await start();
    const { token } = await server.mint({ lifetimeSeconds: -100 });
    expect((await post(reviews, { spec: { token } })).json.status).toEqual({
      user: {},
      error: '[invalid bearer token, service account token has expired]',
    });
    expect((await post(reviews, { spec: {} })).status).toBe(400);
  });
});

it('SelfSubjectReview and SelfSubjectAccessReview say who asks and what he may', async () => {
  const { post } = await start({ authorize: (_user, { resource }) => resource?.plural !== 'secrets' || 'not these' });
  const who = await post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {});
  expect(who.json.status.userInfo.username).toBe('system:serviceaccount:default:default');
  const may = async (resource: string) => {
    const spec = { resourceAttributes: { verb: 'list', resource, namespace: 'default' } };
    return (await post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec })).json.status;
  };
  expect(await may('pods')).toEqual({ allowed: true });
  expect(await may('secrets')).toEqual({ allowed: false, reason: 'not these' });
});

it('publishes issuer and keys, by which anybody can verify its tokens', async () => {
  const { server, token, get } = await start();
  const configuration = await get('/.well-known/openid-configuration');
  expect(configuration.json).toEqual({
    issuer: server.issuer,
    jwks_uri: `${server.origin}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  });
  expect(configuration.headers['cache-control']).toBe('public, max-age=3600');
  const jwks = await get('/openid/v1/jwks');
  expect(jwks.headers['content-type']).toBe('application/jwk-set+json');
  const { payload } = await jwtVerify(token.token, createLocalJWKSet(jwks.json as JSONWebKeySet), {
    issuer: server.issuer,
  });
  expect(payload.jti).toBe(token.jti);
  server.rotateSigningKey({ keepOld: true });
  expect((await get('/openid/v1/jwks')).json.keys).toHaveLength(2);
  expect((await call(server, '/openid/v1/jwks')).status).toBe(403);
});
