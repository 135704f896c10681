import { shapeOf } from '../compare/shape.ts';
import { type Question, send } from '../wire/send.ts';
import type { World } from '../worlds/world.ts';
import { asks, type ContractCase } from './case.ts';

const JWKS = '/openid/v1/jwks';

/** What is served beside resources: keys, health, and the description of what there is. */
export const serving: readonly ContractCase[] = [
  asks('OIDC discovery', { path: '/.well-known/openid-configuration' }),
  asks('OIDC discovery as an account', async (world) => ({
    path: '/.well-known/openid-configuration',
    as: { authorization: `Bearer ${await world.mint()}` },
  })),
  asks('OIDC discovery as a page', { path: '/.well-known/openid-configuration', headers: { accept: 'text/html' } }),
  asks('JWKS', { path: JWKS, headers: { accept: '*/*' } }),
  asks('JWKS by its type', { path: JWKS, headers: { accept: 'application/jwk-set+json' } }),
  asks('JWKS as application/json', { path: JWKS }),
  asks('JWKS by POST', { method: 'POST', path: JWKS, body: {} }),
  asks('health', { path: '/healthz' }),
  asks('live', { path: '/livez' }),
  asks('ready', { path: '/readyz' }),
  asks('ready, one check', { path: '/readyz/ping' }),
  asks('the version', { path: '/version' }),
  asks('a path that is not served', { path: '/nonsense' }),
  asks('a group that is not served', { path: '/apis/nonsense.example/v1' }),
  asks('the core versions', { path: '/api' }),
  // The kit has fewer types: of lists, one member that both have is compared.
  part('one of the groups', '/apis', 'groups', 'apps'),
  asks('a group', { path: '/apis/apps' }),
  part('one of the core resources', '/api/v1', 'resources', 'configmaps'),
  part('one of the resources with subresources', '/api/v1', 'resources', 'pods'),
  part('one of the resources of the cluster', '/api/v1', 'resources', 'nodes'),
  part('the token subresource', '/api/v1', 'resources', 'serviceaccounts/token'),
  part('one of the resources of a group', '/apis/apps/v1', 'resources', 'deployments'),
];

/** A case about the member of a list that has this name. */
function part(title: string, path: string, list: string, name: string): ContractCase {
  return {
    title,
    observe: async (world: World) => {
      const question: Question = { path };
      const answer = await send(world, question);
      const body = JSON.parse(answer.body) as Record<string, unknown>;
      const members = (body[list] ?? []) as { readonly name: string }[];
      const chosen = { ...body, [list]: members.filter((member) => member.name === name) };
      return shapeOf(world, { ...answer, body: JSON.stringify(chosen) });
    },
  };
}
