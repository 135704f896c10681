import { CORE, read } from '../worlds/objects.ts';
import { asks, type ContractCase } from './case.ts';
import { tokenRequest } from './token-requests.ts';

/** The longest life that the servers of these cases give, s: both are started with it. */
export const LONGEST = 3600;

const CONFIG_MAPS = `${CORE}/configmaps`;

/** What a server answers that has a bound on the life of tokens, and one on its memory. */
export const limits: readonly ContractCase[] = [
  asks('TokenRequest above the maximum of the server', tokenRequest({ expirationSeconds: 2 * LONGEST })),
  asks('TokenRequest of exactly the maximum', tokenRequest({ expirationSeconds: LONGEST })),
  asks(
    'TokenRequest that would be extended, were it not shortened',
    tokenRequest({ expirationSeconds: 3607, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'bound' } }),
  ),
  asks('list, a page of a version that is no longer known', async (world) => {
    const { metadata } = await read(world, `${CONFIG_MAPS}?limit=1`);
    await world.forgetThePast();
    return { path: `${CONFIG_MAPS}?limit=1&continue=${encodeURIComponent(metadata.continue)}` };
  }),
  asks('watch from a version that is no longer known', {
    path: `${CONFIG_MAPS}?watch=1&timeoutSeconds=1&resourceVersion=1`,
  }),
  asks('watch over all namespaces, from a version that is no longer known', {
    path: '/api/v1/configmaps?watch=1&timeoutSeconds=1&resourceVersion=1&allowWatchBookmarks=true',
  }),
  asks('list of exactly a version that is no longer known', {
    path: `${CONFIG_MAPS}?resourceVersion=1&resourceVersionMatch=Exact`,
  }),
];
