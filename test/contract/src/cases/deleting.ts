import { send } from '../wire/send.ts';
import { CORE, create, podOf } from '../worlds/objects.ts';
import { asks, type ContractCase } from './case.ts';

const CONFIG_MAPS = `${CORE}/configmaps`;
const NO_UID = '00000000-0000-0000-0000-000000000000';

/** A case about an object of its own. */
function about(title: string, plural: string, name: string, body?: object, metadata: object = {}): ContractCase {
  return asks(title, async (world) => {
    await create(world, plural, { metadata: { name, ...metadata } });
    return { method: 'DELETE', path: `${CORE}/${plural}/${name}`, body };
  });
}

/** delete and deletecollection. */
export const deleting: readonly ContractCase[] = [
  about('delete', 'configmaps', 'deleted'),
  about('delete with options', 'configmaps', 'deleted-options', {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Background',
  }),
  about('delete of a service account', 'serviceaccounts', 'deleted'),
  about('delete of another uid', 'configmaps', 'kept-uid', { preconditions: { uid: NO_UID } }),
  about('delete of another version', 'configmaps', 'kept-version', { preconditions: { resourceVersion: '1' } }),
  about('delete in a dry run', 'configmaps', 'kept-dry', { dryRun: ['All'] }),
  about('delete of what has a finalizer', 'configmaps', 'final', undefined, { finalizers: ['contract.example/stay'] }),
  asks('get of what waits for its finalizer', async (world) => {
    await create(world, 'configmaps', { metadata: { name: 'waiting', finalizers: ['contract.example/stay'] } });
    const path = `${CONFIG_MAPS}/waiting`;
    await send(world, { method: 'DELETE', path });
    return { path };
  }),
  asks('the last finalizer taken off', async (world) => {
    await create(world, 'configmaps', { metadata: { name: 'freed', finalizers: ['contract.example/stay'] } });
    const path = `${CONFIG_MAPS}/freed`;
    await send(world, { method: 'DELETE', path });
    return { method: 'PATCH', path, body: { metadata: { finalizers: null } } };
  }),
  asks('delete of a pod', async (world) => {
    await create(world, 'pods', podOf('deleted', 'reader'));
    return { method: 'DELETE', path: `${CORE}/pods/deleted?gracePeriodSeconds=0` };
  }),
  asks('delete of what is not there', { method: 'DELETE', path: `${CONFIG_MAPS}/absent` }),
  asks('delete with options that are none', {
    method: 'DELETE',
    path: `${CONFIG_MAPS}/one`,
    body: '{"preconditions":',
  }),
  asks('delete of a selection', async (world) => {
    for (const name of ['swept-a', 'swept-b']) {
      await create(world, 'configmaps', { metadata: { name, labels: { set: 'swept' } } });
    }
    return { method: 'DELETE', path: `${CONFIG_MAPS}?labelSelector=set%3Dswept` };
  }),
  asks('delete of a selection of nothing', { method: 'DELETE', path: `${CONFIG_MAPS}?labelSelector=set%3Dnothing` }),
];
