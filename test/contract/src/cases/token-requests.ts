import { CORE, create, podOf } from '../worlds/objects.ts';
import { ACCOUNT } from '../worlds/world.ts';
import { asks, type ContractCase } from './case.ts';

/** The life that the kubelet asks for in an automounted volume, s; it alone is extended. */
const AUTOMOUNTED = 3607;
const NO_UID = '00000000-0000-0000-0000-000000000000';

/** A request for a token of this account, with this spec. */
export function tokenRequest(spec: object, name = ACCOUNT, metadata: object = {}) {
  return {
    method: 'POST',
    path: `${CORE}/serviceaccounts/${name}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata, spec },
  };
}

const bound = (kind: string, name: string, more: object = {}) => ({
  boundObjectRef: { kind, apiVersion: 'v1', name, ...more },
});

const asksFor = (title: string, ...request: Parameters<typeof tokenRequest>) =>
  asks(`TokenRequest ${title}`, tokenRequest(...request));

const granted: readonly ContractCase[] = [
  asksFor('with nothing said', {}),
  asksFor('for two hours', { expirationSeconds: 7200 }),
  asksFor('for the least', { expirationSeconds: 600 }),
  asksFor('for another audience', { audiences: ['vault'] }),
  asksFor('for two audiences', { audiences: ['vault', 'https://kubernetes.default.svc.cluster.local'] }),
  asksFor('for no audience', { audiences: [] }),
  asksFor('with its own name', {}, ACCOUNT, { name: ACCOUNT, namespace: 'contract' }),
  asks('TokenRequest of the uid that the account has', (world) =>
    tokenRequest({}, ACCOUNT, { uid: world.account.uid }),
  ),
  asks('TokenRequest without kind and apiVersion', { ...tokenRequest({}), body: { spec: {} } }),
  asks('TokenRequest without a spec', {
    ...tokenRequest({}),
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' },
  }),
  asksFor('bound to a Secret', bound('Secret', 'anchor')),
  asks('TokenRequest bound to a Secret, by uid', async (world) => {
    const { reference } = await create(world, 'secrets', { metadata: { name: 'by-uid' } });
    return tokenRequest(bound('Secret', 'by-uid', { uid: reference.uid }));
  }),
  asksFor('bound to a Node', bound('Node', 'nowhere')),
  asksFor('bound to a Pod, of the life that is extended', {
    expirationSeconds: AUTOMOUNTED,
    ...bound('Pod', 'bound'),
  }),
  asksFor('bound to a Pod, of another life', { expirationSeconds: 3600, ...bound('Pod', 'bound') }),
  asksFor('bound to a Pod, of the life that is extended, for another audience', {
    expirationSeconds: AUTOMOUNTED,
    audiences: ['vault'],
    ...bound('Pod', 'bound'),
  }),
  asks('TokenRequest bound to a Pod on a Node that is not there', async (world) => {
    await create(world, 'pods', podOf('astray', ACCOUNT, 'absent'));
    return tokenRequest(bound('Pod', 'astray'));
  }),
  asks('TokenRequest bound to a Pod on no Node', async (world) => {
    await create(world, 'pods', podOf('waiting', ACCOUNT, null));
    return tokenRequest(bound('Pod', 'waiting'));
  }),
  asksFor('bound to a Pod of another version', bound('Pod', 'bound', { apiVersion: 'v2' })),
  asksFor('of that life without a bound object', { expirationSeconds: AUTOMOUNTED }),
];

const refused: readonly ContractCase[] = [
  asksFor('below 600 s', { expirationSeconds: 599 }),
  asksFor('for nothing', { expirationSeconds: 0 }),
  asksFor('above 2^32 s', { expirationSeconds: 2 ** 32 + 1 }),
  asksFor('for a text', { expirationSeconds: 'long' }),
  asksFor('for an absent account', {}, 'absent'),
  asks('TokenRequest in an absent namespace', {
    ...tokenRequest({}),
    path: '/api/v1/namespaces/absent/serviceaccounts/reader/token',
  }),
  asksFor('with another name', {}, ACCOUNT, { name: 'else' }),
  asksFor('with another namespace', {}, ACCOUNT, { namespace: 'else' }),
  asksFor('of another uid', {}, ACCOUNT, { uid: NO_UID }),
  asksFor('bound to an absent Pod', bound('Pod', 'absent')),
  asksFor('bound to an absent Secret', bound('Secret', 'absent')),
  asksFor('bound to a Secret of another uid', bound('Secret', 'anchor', { uid: NO_UID })),
  asksFor('bound to a Pod of another uid', bound('Pod', 'bound', { uid: NO_UID })),
  asksFor('bound to a Node of another uid', bound('Node', 'nowhere', { uid: NO_UID })),
  asksFor('bound to the Pod of another account', bound('Pod', 'of-another')),
  asksFor('bound to what cannot be bound to', bound('ConfigMap', 'one')),
  asksFor('bound to a Pod of another group', bound('Pod', 'bound', { apiVersion: 'apps/v1' })),
  asks('TokenRequest that is another kind', {
    ...tokenRequest({}),
    body: { apiVersion: 'v1', kind: 'ConfigMap' },
  }),
  asks('TokenRequest that is no JSON', { ...tokenRequest({}), body: '{"spec":' }),
  asks('TokenRequest by GET', { path: `${CORE}/serviceaccounts/${ACCOUNT}/token` }),
];

/** TokenRequest: ordinary, extended, refused. Shortening needs another server: `limits.ts`. */
export const tokenRequests: readonly ContractCase[] = [...granted, ...refused];
