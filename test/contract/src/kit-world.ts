import { type ApiServerOptions, startApiServer, type TestApiServer } from '@kubefresh/testing';
import { send } from './send.ts';
import { ACCOUNT, IN_LEEWAY, NAMESPACE, PAST_LEEWAY, type TokenState, type World } from './world.ts';

/** The kit's API server. */
export interface KitWorld extends World, AsyncDisposable {
  readonly server: TestApiServer;
}

/** Starts one with the contract's namespace and account in it. */
export async function startKitWorld(options: ApiServerOptions = {}): Promise<KitWorld> {
  const server = await startApiServer(options);
  const operator = await server.mint({ namespace: 'kube-system', serviceAccount: 'operator' });
  const admin = { token: operator.token };
  const early = { name: 'kit', origin: server.origin, ca: server.caBundle, admin } as World;
  await send(early, {
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { metadata: { name: NAMESPACE } },
    authorization: 'admin',
  });
  const { body } = await send(early, {
    method: 'POST',
    path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`,
    body: { metadata: { name: ACCOUNT } },
    authorization: 'admin',
  });
  const { uid } = (JSON.parse(body) as { metadata: { uid: string } }).metadata;
  const of = { namespace: NAMESPACE, serviceAccount: ACCOUNT };
  const seconds = (offset: number) => Math.floor(server.now() / 1000) + offset;
  const kubernetes = (claims: object) => ({
    'kubernetes.io': { namespace: NAMESPACE, serviceaccount: { name: ACCOUNT, uid }, ...claims },
  });
  const tokens: Record<TokenState, () => Promise<{ token: string }>> = {
    good: () => server.mint(of),
    garbage: async () => ({ token: 'garbage' }),
    expired: () =>
      server.mint({ ...of, claims: { iat: seconds(-3600), nbf: seconds(-3600), exp: seconds(-PAST_LEEWAY) } }),
    'not yet valid': () => server.mint({ ...of, claims: { iat: seconds(PAST_LEEWAY), nbf: seconds(PAST_LEEWAY) } }),
    'within the leeway': () =>
      server.mint({ ...of, claims: { iat: seconds(-3600), nbf: seconds(-3600), exp: seconds(-IN_LEEWAY) } }),
    'other audience': () => server.mint({ ...of, audiences: ['vault'] }),
    'other issuer': () => server.mint({ ...of, claims: { iss: 'https://elsewhere.example' } }),
    'other account uid': () =>
      server.mint({
        ...of,
        claims: kubernetes({ serviceaccount: { name: ACCOUNT, uid: '00000000-0000-0000-0000-000000000000' } }),
      }),
    'absent pod': () =>
      server.mint({
        ...of,
        claims: kubernetes({ pod: { name: 'absent', uid: '00000000-0000-0000-0000-000000000001' } }),
      }),
    'legacy without its secret': () =>
      server.mint({ ...of, legacy: true, claims: { 'kubernetes.io/serviceaccount/secret.name': 'absent' } }),
  };
  return {
    ...early,
    server,
    account: { namespace: NAMESPACE, name: ACCOUNT, uid },
    token: async (state) => (await tokens[state]()).token,
    [Symbol.asyncDispose]: () => server.close(),
  };
}
