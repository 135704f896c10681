import type { Question } from '../wire/send.ts';
import { CORE, create } from '../worlds/objects.ts';
import type { World } from '../worlds/world.ts';
import { asks, type ContractCase } from './case.ts';

const CONFIG_MAPS = `${CORE}/configmaps`;
const NO_UID = '00000000-0000-0000-0000-000000000000';

const post = (body: unknown, path = CONFIG_MAPS): Question => ({ method: 'POST', path, body });

/** A case about a config map of its own, which holds `{ a: '1' }`. */
function about(
  title: string,
  name: string,
  question: (path: string, resourceVersion: string, world: World) => Question,
): ContractCase {
  return asks(title, async (world) => {
    const { metadata } = await create(world, 'configmaps', { metadata: { name }, data: { a: '1' } });
    return question(`${CONFIG_MAPS}/${name}`, metadata.resourceVersion, world);
  });
}

/** create and update. */
export const writing: readonly ContractCase[] = [
  asks('create', post({ metadata: { name: 'created' }, data: { a: 'b' } })),
  asks('create with kind and apiVersion', post({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kinded' } })),
  asks(
    'create with labels and annotations',
    post({
      metadata: { name: 'labelled', labels: { a: 'b' }, annotations: { c: 'd' } },
    }),
  ),
  asks('create of a namespace', post({ metadata: { name: 'created' } }, '/api/v1/namespaces')),
  asks('create of a service account', post({ metadata: { name: 'created' } }, `${CORE}/serviceaccounts`)),
  asks('create of a secret', post({ metadata: { name: 'created' }, stringData: { a: 'b' } }, `${CORE}/secrets`)),
  asks(
    'create of a lease',
    post(
      { metadata: { name: 'created' }, spec: { holderIdentity: 'me', leaseDurationSeconds: 15 } },
      '/apis/coordination.k8s.io/v1/namespaces/contract/leases',
    ),
  ),
  asks(
    'create of a pod',
    post(
      {
        metadata: { name: 'created' },
        spec: { serviceAccountName: 'reader', containers: [{ name: 'main', image: 'none' }] },
      },
      `${CORE}/pods`,
    ),
  ),
  asks('create in a dry run', { ...post({ metadata: { name: 'dry' } }), path: `${CONFIG_MAPS}?dryRun=All` }),
  asks('what a dry run created', { path: `${CONFIG_MAPS}/dry` }),
  asks('create by a generated name', post({ metadata: { generateName: 'generated-' } })),
  asks('create of what is there', post({ metadata: { name: 'one' } })),
  asks('create without a name', post({ metadata: {} })),
  asks('create without metadata', post({ data: {} })),
  asks('create with a name that is none', post({ metadata: { name: 'Not_a_name' } })),
  asks('create with another namespace', post({ metadata: { name: 'else', namespace: 'else' } })),
  asks('create in an absent namespace', post({ metadata: { name: 'a' } }, '/api/v1/namespaces/absent/configmaps')),
  asks('create of another kind', post({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } })),
  asks('create of another version', post({ apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'a' } })),
  asks('create of nothing', post('')),
  asks('create of what is no JSON', post('{"metadata":')),
  asks('create of a list', post([])),
  asks('create of a type that is not read', { ...post('x'), headers: { 'content-type': 'text/plain' } }),
  asks('create at the path of an object', post({ metadata: { name: 'one' } }, `${CONFIG_MAPS}/one`)),
  asks('create of a resource that is not served', post({ metadata: { name: 'a' } }, `${CORE}/nonsense`)),
  asks('create of more than the server reads', post({ metadata: { name: 'a' }, data: { a: 'x'.repeat(3_200_000) } })),

  about('replace', 'replaced', (path) => ({
    method: 'PUT',
    path,
    body: { metadata: { name: 'replaced' }, data: { b: '2' } },
  })),
  about('replace of the version that is there', 'replaced-at', (path, resourceVersion) => ({
    method: 'PUT',
    path,
    body: { metadata: { name: 'replaced-at', resourceVersion }, data: { b: '2' } },
  })),
  about('replace by the same', 'replaced-same', (path) => ({
    method: 'PUT',
    path,
    body: { metadata: { name: 'replaced-same' }, data: { a: '1' } },
  })),
  asks('replace by an old version', {
    method: 'PUT',
    path: `${CONFIG_MAPS}/one`,
    body: { metadata: { name: 'one', resourceVersion: '1' } },
  }),
  asks('replace of another uid', {
    method: 'PUT',
    path: `${CONFIG_MAPS}/one`,
    body: { metadata: { name: 'one', uid: NO_UID } },
  }),
  asks('replace by another name', { method: 'PUT', path: `${CONFIG_MAPS}/one`, body: { metadata: { name: 'two' } } }),
  asks('replace without a name', { method: 'PUT', path: `${CONFIG_MAPS}/one`, body: { metadata: {} } }),
  asks('replace of what is not there', {
    method: 'PUT',
    path: `${CONFIG_MAPS}/absent`,
    body: { metadata: { name: 'absent' } },
  }),
  asks('replace of a list', { method: 'PUT', path: CONFIG_MAPS, body: { metadata: { name: 'one' } } }),
];
