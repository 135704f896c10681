import { CORE, create, podOf, prepare, remove } from '../worlds/objects.ts';
import { ACCOUNT, NAMESPACE, type World } from '../worlds/world.ts';

/** A state that a token can be in. */
export interface TokenState {
  readonly name: string;
  /** Makes such a token, with the objects that it speaks of. `key` tells one call's objects from another's. */
  make(world: World, key: string): Promise<string>;
  /** For what became of an object that was there before; see `ContractCase`. */
  readonly settles?: true;
}

/** Seconds, beyond the server's leeway of 60 with some to spare for a slow run. */
const PAST_LEEWAY = 90;
/** Seconds, within it. */
const IN_LEEWAY = 30;
const NO_UID = '00000000-0000-0000-0000-000000000000';

/** Tokens whose claims alone make the difference. */
const byClaims: readonly TokenState[] = [
  { name: 'good', make: (world) => world.mint() },
  { name: 'expired', make: (world) => world.mint({ issued: -3600, expires: -PAST_LEEWAY }) },
  { name: 'expired within the leeway', make: (world) => world.mint({ issued: -3600, expires: -IN_LEEWAY }) },
  { name: 'not yet valid', make: (world) => world.mint({ notBefore: PAST_LEEWAY }) },
  { name: 'valid soon, within the leeway', make: (world) => world.mint({ notBefore: IN_LEEWAY }) },
  { name: 'issued in the future', make: (world) => world.mint({ issued: PAST_LEEWAY, notBefore: 0 }) },
  { name: 'for another audience', make: (world) => world.mint({ audiences: ['vault'] }) },
  { name: 'for no audience', make: (world) => world.mint({ claims: { aud: undefined } }) },
  { name: 'of another issuer', make: (world) => world.mint({ claims: { iss: 'https://elsewhere.example' } }) },
  { name: 'of no issuer', make: (world) => world.mint({ claims: { iss: undefined } }) },
  { name: 'of a foreign sub', make: (world) => world.mint({ claims: { sub: 'someone' } }) },
  ...['exp', 'iat', 'nbf', 'jti', 'sub'].map((claim) => ({
    name: `without ${claim}`,
    make: (world: World) => world.mint({ claims: { [claim]: undefined } }),
  })),
  { name: 'without kubernetes.io', make: (world) => world.mint({ claims: { 'kubernetes.io': undefined } }) },
  { name: 'of another account uid', make: (world) => world.mint({ account: { name: ACCOUNT, uid: NO_UID } }) },
  { name: 'bound to an absent pod', make: (world) => world.mint({ pod: { name: 'absent', uid: NO_UID } }) },
  { name: 'bound to an absent secret', make: (world) => world.mint({ secret: { name: 'absent', uid: NO_UID } }) },
  { name: 'bound to an absent node', make: (world) => world.mint({ node: { name: 'absent', uid: NO_UID } }) },
];

/** Texts that no server signed. */
const forged: readonly TokenState[] = [
  { name: 'no JWT', make: async () => 'garbage' },
  { name: 'two dots and nothing else', make: async () => '..' },
  { name: 'of another payload', make: async (world) => withPart(await world.mint(), 1, { sub: 'forged' }) },
  { name: 'without a signature', make: async (world) => `${(await world.mint()).split('.', 2).join('.')}.` },
  { name: 'of algorithm none', make: async (world) => withPart(await world.mint(), 0, { alg: 'none' }) },
  {
    name: 'of an unknown key',
    make: async (world) => withPart(await world.mint(), 0, { alg: 'ES256', kid: 'unknown' }),
  },
];

/** Tokens whose state is that of an object. */
const byObjects: readonly TokenState[] = [
  {
    name: 'bound to a pod',
    make: async (world, key) => world.mint({ pod: (await create(world, 'pods', podOf(key, ACCOUNT))).reference }),
  },
  {
    name: 'bound to a pod of another uid',
    make: async (world, key) => {
      await create(world, 'pods', podOf(key, ACCOUNT));
      return world.mint({ pod: { name: key, uid: NO_UID } });
    },
  },
  {
    name: 'bound to a deleted pod',
    settles: true,
    make: async (world, key) => {
      const token = await world.mint({ pod: (await create(world, 'pods', podOf(key, ACCOUNT))).reference });
      await remove(world, `pods/${key}`);
      return token;
    },
  },
  {
    name: 'bound to a pod on a forged node',
    make: async (world, key) => {
      const { reference } = await create(world, 'pods', podOf(key, ACCOUNT));
      return world.mint({ pod: reference, node: { name: 'forged', uid: NO_UID } });
    },
  },
  {
    name: 'bound to a secret',
    make: async (world, key) =>
      world.mint({ secret: (await create(world, 'secrets', { metadata: { name: key } })).reference }),
  },
  {
    name: 'bound to a node',
    make: async (world, key) =>
      world.mint({ node: (await create(world, '/api/v1/nodes', { metadata: { name: key } })).reference }),
  },
  {
    name: 'bound to a node of another uid',
    make: (world) => world.mint({ node: { name: 'nowhere', uid: NO_UID } }),
  },
  {
    name: 'extended',
    make: async (world, key) => world.mintExtended((await create(world, 'pods', podOf(key, ACCOUNT))).reference),
  },
  {
    name: 'requested',
    make: async (world) =>
      (
        await prepare(world, {
          method: 'POST',
          path: `${CORE}/serviceaccounts/${ACCOUNT}/token`,
          body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
        })
      ).status?.token ?? '',
  },
  {
    name: 'of a deleted account',
    settles: true,
    make: async (world, key) => {
      const token = await world.mint({ account: await accountOf(world, key) });
      await remove(world, `serviceaccounts/${key}`);
      return token;
    },
  },
  {
    name: 'of a recreated account',
    settles: true,
    make: async (world, key) => {
      const token = await world.mint({ account: await accountOf(world, key) });
      await remove(world, `serviceaccounts/${key}`);
      await accountOf(world, key);
      return token;
    },
  },
];

/** Tokens of the old kind. */
const legacy: readonly TokenState[] = [
  { name: 'legacy, in its Secret', make: (world, key) => inSecret(world, key, {}) },
  {
    name: 'legacy, in a Secret that the account lists',
    make: async (world, key) => {
      await create(world, 'serviceaccounts', { metadata: { name: key }, secrets: [{ name: key }] });
      return inSecret(world, key, {}, key);
    },
  },
  {
    name: 'legacy, invalid since long',
    make: (world, key) => inSecret(world, key, { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' }),
  },
  {
    name: 'legacy, in a Secret that holds another',
    settles: true,
    make: async (world, key) => {
      const token = await inSecret(world, key, {});
      await prepare(world, { method: 'PATCH', path: `${CORE}/secrets/${key}`, body: { data: { token: 'b3RoZXI=' } } });
      return token;
    },
  },
  {
    name: 'legacy, of a recreated account',
    settles: true,
    make: async (world, key) => {
      await accountOf(world, key);
      const token = await inSecret(world, key, {}, key);
      await remove(world, `serviceaccounts/${key}`);
      await accountOf(world, key);
      return token;
    },
  },
  {
    name: 'legacy, of a deleted account',
    settles: true,
    make: async (world, key) => {
      await accountOf(world, key);
      const token = await inSecret(world, key, {}, key);
      await remove(world, `serviceaccounts/${key}`);
      return token;
    },
  },
  {
    name: 'legacy, of a deleted Secret',
    settles: true,
    make: async (world, key) => {
      const token = await inSecret(world, key, {});
      await remove(world, `secrets/${key}`);
      return token;
    },
  },
];

/** Every state that is compared. */
export const tokenStates: readonly TokenState[] = [...byClaims, ...forged, ...byObjects, ...legacy];

async function accountOf(world: World, name: string) {
  return (await create(world, 'serviceaccounts', { metadata: { name } })).reference;
}

async function inSecret(
  world: World,
  name: string,
  labels: Readonly<Record<string, string>>,
  accountName = ACCOUNT,
): Promise<string> {
  const account = (await prepare(world, { path: `${CORE}/serviceaccounts/${accountName}` })).reference;
  await create(world, 'secrets', {
    metadata: {
      name,
      namespace: NAMESPACE,
      labels,
      annotations: {
        'kubernetes.io/service-account.name': account.name,
        'kubernetes.io/service-account.uid': account.uid,
      },
    },
    type: 'kubernetes.io/service-account-token',
  });
  const token = await world.mintLegacy(account, name);
  const body = { data: { token: Buffer.from(token).toString('base64') } };
  await prepare(world, { method: 'PATCH', path: `${CORE}/secrets/${name}`, body });
  return token;
}

/** A JWT with other content in one of its parts. */
function withPart(token: string, index: 0 | 1, content: object): string {
  const parts = token.split('.');
  parts[index] = Buffer.from(JSON.stringify(content)).toString('base64url');
  return parts.join('.');
}
