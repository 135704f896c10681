import { CORE, create, read } from '../worlds/objects.ts';
import { asks, type ContractCase } from './case.ts';

const CONFIG_MAPS = `${CORE}/configmaps`;
/** Those that are laid out for it; a selector leaves aside what other cases and controllers add. */
const OURS = 'labelSelector=set%3Dcontract';

/** get and list. */
export const reading: readonly ContractCase[] = [
  asks('get', { path: `${CONFIG_MAPS}/one` }),
  asks('get by HEAD', { method: 'HEAD', path: `${CONFIG_MAPS}/one` }),
  asks('get of what is not there', { path: `${CONFIG_MAPS}/absent` }),
  asks('get in an absent namespace', { path: '/api/v1/namespaces/absent/configmaps/one' }),
  asks('get from a group, of what is not there', { path: '/apis/apps/v1/namespaces/contract/deployments/absent' }),
  asks('get of a namespace', { path: '/api/v1/namespaces/contract' }),
  asks('get of a service account', { path: `${CORE}/serviceaccounts/reader` }),
  asks('get in another format', { path: `${CONFIG_MAPS}/one`, headers: { accept: 'text/html' } }),
  asks('get in any format', { path: `${CONFIG_MAPS}/one`, headers: { accept: '*/*' } }),
  asks('get in protobuf, or else JSON', {
    path: `${CONFIG_MAPS}/one`,
    headers: { accept: 'application/vnd.kubernetes.unknown,application/json' },
  }),
  asks('get without an Accept', { path: `${CONFIG_MAPS}/one`, headers: { accept: '' } }),
  asks('a resource that is not served', { path: `${CORE}/nonsense` }),
  asks('an object of a resource that is not served', { path: `${CORE}/nonsense/one` }),
  asks('a version that is not served', { path: '/api/v2/namespaces/contract/configmaps' }),
  asks('a resource of a group that is not served', { path: '/apis/nonsense.example/v1/widgets' }),
  asks('a resource of a group in a version that is not served', {
    path: '/apis/apps/v9/namespaces/contract/deployments',
  }),
  asks('a subresource that is not served', { path: `${CONFIG_MAPS}/one/nonsense` }),
  asks('a method that is none', { method: 'OPTIONS', path: `${CONFIG_MAPS}/one` }),

  asks('list', { path: `${CONFIG_MAPS}?${OURS}` }),
  asks('list of nothing', { path: `${CONFIG_MAPS}?labelSelector=set%3Dnone` }),
  asks('list in an absent namespace', { path: '/api/v1/namespaces/absent/configmaps' }),
  asks('list of all namespaces', { path: `/api/v1/configmaps?${OURS}` }),
  asks('list, the first page', { path: `${CONFIG_MAPS}?${OURS}&limit=2` }),
  asks('list, the second page', async (world) => {
    const first = await read(world, `${CONFIG_MAPS}?${OURS}&limit=2`);
    return { path: `${CONFIG_MAPS}?${OURS}&limit=2&continue=${encodeURIComponent(first.metadata.continue)}` };
  }),
  asks('list, a page without a selector', async (world) => {
    for (const name of ['a', 'b', 'c']) {
      await create(world, '/apis/coordination.k8s.io/v1/namespaces/contract/leases', {
        metadata: { name },
        spec: { holderIdentity: 'me' },
      });
    }
    return { path: '/apis/coordination.k8s.io/v1/namespaces/contract/leases?limit=2' };
  }),
  asks('list, a page that is none', { path: `${CONFIG_MAPS}?limit=2&continue=nonsense` }),
  asks('list, a limit that is none', { path: `${CONFIG_MAPS}?${OURS}&limit=many` }),
  asks('list, from the cache', { path: `${CONFIG_MAPS}?${OURS}&resourceVersion=0` }),
  asks('list, a version that is none', { path: `${CONFIG_MAPS}?${OURS}&resourceVersion=abc` }),
  asks('list by an expression', {
    path: `${CONFIG_MAPS}?labelSelector=set%20in%20(contract)%2Crank%20notin%20(3)`,
  }),
  asks('list by a label that is there', { path: `${CONFIG_MAPS}?labelSelector=set%2Crank!%3D1` }),
  asks('list by a label that is not', { path: `${CONFIG_MAPS}?labelSelector=!set%2Cset%3Dcontract` }),
  asks('list by a field', { path: `${CONFIG_MAPS}?fieldSelector=metadata.name%3Dtwo` }),
  asks('list by a field, of pods', { path: `${CORE}/pods?fieldSelector=spec.nodeName%3Delsewhere` }),
  asks('list by a field that cannot be', { path: `${CONFIG_MAPS}?fieldSelector=data.rank%3D1` }),
  asks('list by a label selector that is none', { path: `${CONFIG_MAPS}?labelSelector=%3D%3D` }),
  asks('list by a field selector that is none', { path: `${CONFIG_MAPS}?fieldSelector=nonsense` }),
  asks('list of pods', { path: `${CORE}/pods?fieldSelector=metadata.name%3Dof-another` }),
];
