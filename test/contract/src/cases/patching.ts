import type { Question } from '../wire/send.ts';
import { CORE, create } from '../worlds/objects.ts';
import { asks, type ContractCase } from './case.ts';

const CONFIG_MAPS = `${CORE}/configmaps`;
const TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

function patch(path: string, type: keyof typeof TYPES, body: unknown): Question {
  return { method: 'PATCH', path, body, headers: { 'content-type': TYPES[type] } };
}

/** A case about a config map of its own, which holds `{ a: '1', b: '2' }`. */
function about(title: string, name: string, type: keyof typeof TYPES, body: unknown, query = ''): ContractCase {
  return asks(title, async (world) => {
    await create(world, 'configmaps', { metadata: { name }, data: { a: '1', b: '2' } });
    return patch(`${CONFIG_MAPS}/${name}${query}`, type, body);
  });
}

/** patch, by each of its forms. */
export const patching: readonly ContractCase[] = [
  about('merge patch', 'merged', 'merge', { data: { a: '3', b: null, c: '4' } }),
  about('merge patch of nothing', 'merged-nothing', 'merge', {}),
  about('merge patch in a dry run', 'merged-dry', 'merge', { data: { a: '3' } }, '?dryRun=All'),
  about('merge patch by an old version', 'merged-old', 'merge', {
    metadata: { resourceVersion: '1' },
    data: { a: '3' },
  }),
  about('merge patch of the name', 'merged-name', 'merge', { metadata: { name: 'else' } }),
  about('strategic merge patch', 'strategic', 'strategic', { data: { a: '3', b: null } }),
  about('JSON patch', 'json', 'json', [
    { op: 'test', path: '/data/a', value: '1' },
    { op: 'replace', path: '/data/a', value: '3' },
    { op: 'remove', path: '/data/b' },
  ]),
  about('JSON patch whose test fails', 'json-test', 'json', [{ op: 'test', path: '/data/a', value: '0' }]),
  about('JSON patch of what is not there', 'json-absent', 'json', [{ op: 'remove', path: '/data/z' }]),
  about('JSON patch that is none', 'json-none', 'json', { data: {} }),
  about('merge patch that is none', 'merge-none', 'merge', '{'),
  asks('patch of a type that is none', {
    method: 'PATCH',
    path: `${CONFIG_MAPS}/one`,
    body: {},
    headers: { 'content-type': 'application/json' },
  }),
  asks('patch of what is not there', patch(`${CONFIG_MAPS}/absent`, 'merge', {})),
  asks(
    'apply of what is not there',
    patch(`${CONFIG_MAPS}/applied?fieldManager=contract`, 'apply', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'applied' },
      data: { a: '1' },
    }),
  ),
  asks(
    'apply without a manager',
    patch(`${CONFIG_MAPS}/one`, 'apply', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'one' },
    }),
  ),
  asks(
    'patch of a status',
    patch(`${CORE}/pods/bound/status`, 'merge', {
      status: { conditions: [{ type: 'Seen', status: 'True' }] },
    }),
  ),
];
