import { shapeOf } from '../compare/shape.ts';
import { upgrade } from '../wire/exec.ts';
import type { Question } from '../wire/send.ts';
import { CORE } from '../worlds/objects.ts';
import { asks, type ContractCase } from './case.ts';

const anonymous = (title: string, question: Omit<Question, 'as'>) =>
  asks(`anonymous: ${title}`, { ...question, as: 'nobody' });

const asReader = (title: string, question: Omit<Question, 'as'>) =>
  asks(`without the right: ${title}`, async (world) => ({
    ...question,
    as: { authorization: `Bearer ${await world.mint()}` },
  }));

/** 403: who is nobody, and who is somebody without the right. */
export const authorization: readonly ContractCase[] = [
  anonymous('a get', { path: `${CORE}/configmaps/one` }),
  anonymous('a list', { path: `${CORE}/configmaps` }),
  anonymous('a list of all namespaces', { path: '/api/v1/pods' }),
  anonymous('a watch', { path: `${CORE}/configmaps?watch=1` }),
  anonymous('a create', { method: 'POST', path: `${CORE}/configmaps`, body: { metadata: { name: 'never' } } }),
  anonymous('a delete of all', { method: 'DELETE', path: `${CORE}/configmaps` }),
  anonymous('a resource of a group', { path: '/apis/apps/v1/namespaces/contract/deployments/one' }),
  anonymous('a log', { path: `${CORE}/pods/bound/log` }),
  anonymous('a path that is not served', { path: '/nonsense' }),
  anonymous('the groups', { path: '/apis' }),
  anonymous('the version', { path: '/version' }),
  anonymous('a health check', { path: '/readyz' }),
  anonymous('health, the old way', { path: '/healthz' }),
  anonymous('the keys', { path: '/openid/v1/jwks' }),
  anonymous('OIDC discovery', { path: '/.well-known/openid-configuration' }),
  anonymous('a TokenRequest', { method: 'POST', path: `${CORE}/serviceaccounts/reader/token`, body: {} }),
  anonymous('who am I', {
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  }),
  {
    title: 'anonymous: exec',
    observe: async (world) =>
      shapeOf(world, await upgrade(world, { path: `${CORE}/pods/bound/exec?command=true&stdout=true`, as: 'nobody' })),
  },

  asReader('a get', { path: `${CORE}/secrets/anchor` }),
  asReader('a list', { path: `${CORE}/secrets` }),
  asReader('a list of all namespaces', { path: '/api/v1/pods' }),
  asReader('a watch', { path: `${CORE}/secrets?watch=1` }),
  asReader('a create', { method: 'POST', path: `${CORE}/secrets`, body: { metadata: { name: 'never' } } }),
  asReader('a patch', { method: 'PATCH', path: `${CORE}/secrets/anchor`, body: {} }),
  asReader('a delete of all', { method: 'DELETE', path: `${CORE}/secrets` }),
  asReader('of a subresource', { method: 'PATCH', path: `${CORE}/pods/bound/status`, body: {} }),
  asReader('of a group', { path: '/apis/apps/v1/namespaces/contract/deployments' }),
  asReader('of the cluster', { path: '/api/v1/nodes/nowhere' }),
  asReader('a TokenRequest', { method: 'POST', path: `${CORE}/serviceaccounts/reader/token`, body: {} }),
  asReader('a TokenReview', { method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: {} }),
];
