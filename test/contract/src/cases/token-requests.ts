import type { ContractCase } from '../case.ts';
import { ACCOUNT, NAMESPACE, type World } from '../world.ts';

/** The life that the kubelet asks for in an automounted volume, s; it alone is extended. */
const AUTOMOUNTED = 3607;

function tokenRequest(spec: object, name = ACCOUNT) {
  return {
    method: 'POST',
    path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${name}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec },
    authorization: 'admin',
  } as const;
}

const secretRef = (uid?: string) => ({
  kind: 'Secret',
  apiVersion: 'v1',
  name: 'anchor',
  ...(uid === undefined ? {} : { uid }),
});

/** TokenRequest: ordinary, extended, refused. Shortening needs another server, see the test. */
export const tokenRequests: readonly ContractCase[] = [
  { title: 'TokenRequest with nothing said', ask: async () => tokenRequest({}) },
  { title: 'TokenRequest for two hours', ask: async () => tokenRequest({ expirationSeconds: 7200 }) },
  { title: 'TokenRequest for another audience', ask: async () => tokenRequest({ audiences: ['vault'] }) },
  { title: 'TokenRequest bound to a Secret', ask: async () => tokenRequest({ boundObjectRef: secretRef() }) },
  {
    title: 'TokenRequest bound to a Pod, of the life that is extended',
    ask: async () =>
      tokenRequest({
        expirationSeconds: AUTOMOUNTED,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'bound' },
      }),
  },
  {
    title: 'TokenRequest of that life without a bound object',
    ask: async () => tokenRequest({ expirationSeconds: AUTOMOUNTED }),
  },
  { title: 'TokenRequest below 600 s', ask: async () => tokenRequest({ expirationSeconds: 599 }) },
  { title: 'TokenRequest above 2^32 s', ask: async () => tokenRequest({ expirationSeconds: 2 ** 32 + 1 }) },
  { title: 'TokenRequest for an absent account', ask: async () => tokenRequest({}, 'absent') },
  {
    title: 'TokenRequest bound to an absent Pod',
    ask: async () => tokenRequest({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'absent' } }),
  },
  {
    title: 'TokenRequest bound to a Secret of another uid',
    ask: async () => tokenRequest({ boundObjectRef: secretRef('00000000-0000-0000-0000-000000000000') }),
  },
  {
    title: 'TokenRequest bound to what cannot be bound to',
    ask: async () => tokenRequest({ boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'one' } }),
  },
  { title: 'TokenRequest for an empty audience', ask: async () => tokenRequest({ audiences: [''] }) },
  {
    title: 'TokenRequest, anonymous',
    ask: async (_world: World) => ({ ...tokenRequest({}), authorization: undefined }),
  },
];
