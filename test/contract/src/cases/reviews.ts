import type { Question } from '../wire/send.ts';
import { create, podOf } from '../worlds/objects.ts';
import { ACCOUNT } from '../worlds/world.ts';
import { asks, type ContractCase } from './case.ts';
import { tokenStates } from './token-states.ts';

const AUTHENTICATION = '/apis/authentication.k8s.io/v1';

function tokenReview(spec: object): Question {
  return {
    method: 'POST',
    path: `${AUTHENTICATION}/tokenreviews`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec },
  };
}

const SELF_REVIEW = {
  method: 'POST',
  path: `${AUTHENTICATION}/selfsubjectreviews`,
  body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
} as const;

function accessReview(spec: object): Omit<Question, 'as'> {
  return {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec },
  };
}

const asReader = (title: string, question: Omit<Question, 'as'>) =>
  asks(title, async (world) => ({ ...question, as: { authorization: `Bearer ${await world.mint()}` } }));

const legacyForVault = tokenStates.find(({ name }) => name === 'legacy, in its Secret');

/** What the API server says of tokens, of who one is, and of what one may. */
export const reviews: readonly ContractCase[] = [
  ...tokenStates.map(({ name, make, settles }, index) =>
    asks(
      `TokenReview of a token ${name}`,
      async (world, attempt) => tokenReview({ token: await make(world, `reviewed-${index}-${attempt}`) }),
      settles,
    ),
  ),
  asks('TokenReview for another audience than the token has', async (world) =>
    tokenReview({ token: await world.mint(), audiences: ['vault'] }),
  ),
  asks('TokenReview for the audience that the token has', async (world) =>
    tokenReview({ token: await world.mint({ audiences: ['vault'] }), audiences: ['vault', 'else'] }),
  ),
  asks('TokenReview for one of the audiences that the token has', async (world) =>
    tokenReview({ token: await world.mint({ audiences: ['vault', 'else'] }), audiences: ['else'] }),
  ),
  asks('TokenReview for another audience, of a legacy token', async (world) =>
    tokenReview({ token: await legacyForVault?.make(world, 'for-vault'), audiences: ['vault'] }),
  ),
  asks('TokenReview without a token', tokenReview({})),
  asks('TokenReview of another kind', {
    ...tokenReview({}),
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  }),
  asks('TokenReview by GET', { path: `${AUTHENTICATION}/tokenreviews` }),
  asReader('SelfSubjectReview', SELF_REVIEW),
  asks('SelfSubjectReview of a bound token', async (world) => {
    const pod = (await create(world, 'pods', podOf('myself', ACCOUNT))).reference;
    return { ...SELF_REVIEW, as: { authorization: `Bearer ${await world.mint({ pod })}` } };
  }),
  asReader(
    'SelfSubjectAccessReview of what is allowed',
    accessReview({ resourceAttributes: { namespace: 'contract', verb: 'get', resource: 'pods' } }),
  ),
  asReader(
    'SelfSubjectAccessReview of what is not',
    accessReview({ resourceAttributes: { namespace: 'contract', verb: 'get', resource: 'secrets' } }),
  ),
  asReader(
    'SelfSubjectAccessReview of a path',
    accessReview({ nonResourceAttributes: { path: '/version', verb: 'get' } }),
  ),
];
