import type { ContractCase } from '../case.ts';
import type { TokenState } from '../world.ts';

const REVIEWED: readonly TokenState[] = [
  'good',
  'garbage',
  'expired',
  'not yet valid',
  'other audience',
  'other account uid',
  'absent pod',
];

function tokenReview(spec: object) {
  return {
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/tokenreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec },
    authorization: 'admin',
  } as const;
}

/** TokenReview, SelfSubjectReview, and the documents by which others verify tokens. */
export const reviews: readonly ContractCase[] = [
  ...REVIEWED.map(
    (state) =>
      ({
        title: `TokenReview: ${state}`,
        ask: async (world) => tokenReview({ token: await world.token(state) }),
      }) satisfies ContractCase,
  ),
  {
    title: 'TokenReview for another audience than the token has',
    ask: async (world) => tokenReview({ token: await world.token('good'), audiences: ['vault'] }),
  },
  {
    title: 'TokenReview for the audience that the token has',
    ask: async (world) => tokenReview({ token: await world.token('other audience'), audiences: ['vault', 'else'] }),
  },
  { title: 'TokenReview without a token', ask: async () => tokenReview({}) },
  {
    title: 'SelfSubjectReview',
    ask: async (world) => ({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      authorization: `Bearer ${await world.token('good')}`,
    }),
  },
  {
    title: 'OIDC discovery',
    ask: async () => ({ path: '/.well-known/openid-configuration', authorization: 'admin' }),
  },
  {
    title: 'OIDC discovery, anonymous',
    ask: async () => ({ path: '/.well-known/openid-configuration' }),
  },
  { title: 'JWKS', ask: async () => ({ path: '/openid/v1/jwks', authorization: 'admin', headers: { accept: '*/*' } }) },
  { title: 'JWKS as application/json', ask: async () => ({ path: '/openid/v1/jwks', authorization: 'admin' }) },
];
