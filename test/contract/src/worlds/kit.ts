import { type ApiServerOptions, startApiServer, type TestApiServer } from '@kubefresh/testing';
import { ACCOUNT, NAMESPACE, READER_RULE, type Reference, type TokenSpec, type World } from './world.ts';

/** The kit's API server. */
export interface KitWorld extends World, AsyncDisposable {
  readonly server: TestApiServer;
}

const OPERATOR = { namespace: 'kube-system', serviceAccount: 'operator' };
/** The life of a token where nothing is said, s. */
const HOUR = 3600;

/** Starts one with the contract's namespace and account in it. */
export async function startKitWorld(options: ApiServerOptions = {}): Promise<KitWorld> {
  const server = await startApiServer({ authorize: mayAsInTheRealOne, ...options });
  const { token } = await server.mint(OPERATOR);
  server.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  const { metadata } = server.objects.create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: ACCOUNT, namespace: NAMESPACE },
  });
  const reader = { name: ACCOUNT, uid: metadata.uid ?? '' };
  return {
    name: 'kit',
    server,
    origin: server.origin,
    ca: server.caBundle,
    admin: { token },
    account: reader,
    mint: async (spec = {}) => (await server.mint(mintOptions(server, reader, spec))).token,
    mintLegacy: async ({ name }, secretName) =>
      (
        await server.mint({
          namespace: NAMESPACE,
          serviceAccount: name,
          legacy: true,
          secret: secretName,
        })
      ).token,
    mintExtended: async (pod) =>
      (
        await server.mint({
          namespace: NAMESPACE,
          serviceAccount: ACCOUNT,
          pod,
          extended: true,
          lifetimeSeconds: HOUR + 7,
        })
      ).token,
    forgetThePast: async () => {
      // As in the real world others have written meanwhile: the newest version of all is never forgotten.
      const metadata = { name: 'later', namespace: NAMESPACE };
      server.objects.create({ apiVersion: 'v1', kind: 'Secret', metadata });
      server.objects.compact();
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function mintOptions(server: TestApiServer, reader: Reference, spec: TokenSpec) {
  const { account = reader, issued = 0, notBefore, expires = HOUR, claims = {}, ...rest } = spec;
  const now = Math.floor(server.now() / 1000);
  const { pod, node, secret } = rest;
  return {
    ...rest,
    namespace: NAMESPACE,
    serviceAccount: account.name,
    issuedAt: (now + issued) * 1000,
    lifetimeSeconds: expires - issued,
    claims: {
      ...(notBefore !== undefined && { nbf: now + notBefore }),
      // The kit's mint knows its accounts by name; a uid of one's own is put in by hand.
      ...(spec.account && {
        'kubernetes.io': {
          namespace: NAMESPACE,
          serviceaccount: account,
          ...(pod && { pod }),
          ...(secret && { secret }),
          ...(node && { node }),
        },
      }),
      ...claims,
    },
  };
}

/** The rights that RBAC gives in the real world: all to the operator, the rule to the reader, itself to everyone. */
const mayAsInTheRealOne: NonNullable<ApiServerOptions['authorize']> = (user, { resource }) => {
  if (user.username === `system:serviceaccount:${OPERATOR.namespace}:${OPERATOR.serviceAccount}`) return true;
  if (resource === undefined || /^selfsubject/.test(resource.plural)) return true;
  const { plural, subresource } = resource;
  const what = subresource === undefined ? plural : `${plural}/${subresource}`;
  const granted =
    user.username === `system:serviceaccount:${NAMESPACE}:${ACCOUNT}` &&
    resource.namespace === NAMESPACE &&
    READER_RULE.resources.some((each) => each === what);
  return granted ? true : '';
};
