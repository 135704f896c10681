import type { ContractCase } from '../case.ts';
import { type Question, send } from '../send.ts';
import { NAMESPACE, type World } from '../world.ts';

const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
/** Three of them are laid out before the cases run; selectors leave aside what a controller adds. */
const OURS = 'labelSelector=set%3Dcontract';

const get =
  (path: string): ContractCase['ask'] =>
  async () => ({ path, authorization: 'admin' });
const ask =
  (question: Omit<Question, 'authorization'>): ContractCase['ask'] =>
  async () => ({ ...question, authorization: 'admin' });

async function read(
  world: World,
  path: string,
): Promise<{ metadata: { resourceVersion: string; continue: string; uid: string } }> {
  return JSON.parse((await send(world, { path, authorization: 'admin' })).body);
}

/** Reading, writing and watching objects. */
export const objects: readonly ContractCase[] = [
  { title: 'list', ask: get(`${CONFIG_MAPS}?${OURS}`) },
  { title: 'list of nothing', ask: get(`${CONFIG_MAPS}?labelSelector=set%3Dnone`) },
  { title: 'list, the first page', ask: get(`${CONFIG_MAPS}?${OURS}&limit=2`) },
  {
    title: 'list, the second page',
    ask: async (world) => {
      const first = await read(world, `${CONFIG_MAPS}?${OURS}&limit=2`);
      return {
        path: `${CONFIG_MAPS}?${OURS}&limit=2&continue=${encodeURIComponent(first.metadata.continue)}`,
        authorization: 'admin',
      };
    },
  },
  {
    title: 'list by an expression',
    ask: get(`${CONFIG_MAPS}?labelSelector=set%20in%20(contract)%2Crank%20notin%20(3)`),
  },
  { title: 'list by a field', ask: get(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Dtwo`) },
  { title: 'list by a selector that is none', ask: get(`${CONFIG_MAPS}?labelSelector=%3D%3D`) },
  { title: 'list of pods', ask: get(`/api/v1/namespaces/${NAMESPACE}/pods`) },
  { title: 'get', ask: get(`${CONFIG_MAPS}/one`) },
  { title: 'get of what is not there', ask: get(`${CONFIG_MAPS}/absent`) },
  { title: 'a resource that is not served', ask: get('/api/v1/namespaces/contract/nonsense') },
  {
    title: 'create',
    ask: ask({ method: 'POST', path: CONFIG_MAPS, body: { metadata: { name: 'four' }, data: { a: 'b' } } }),
  },
  {
    title: 'create of what is there',
    ask: ask({ method: 'POST', path: CONFIG_MAPS, body: { metadata: { name: 'one' } } }),
  },
  { title: 'create without a name', ask: ask({ method: 'POST', path: CONFIG_MAPS, body: { metadata: {} } }) },
  {
    title: 'create with a name that is none',
    ask: ask({ method: 'POST', path: CONFIG_MAPS, body: { metadata: { name: 'Not_a_name' } } }),
  },
  {
    title: 'create by a generated name',
    ask: ask({ method: 'POST', path: CONFIG_MAPS, body: { metadata: { generateName: 'x-' } } }),
  },
  {
    title: 'replace by an old version',
    ask: ask({ method: 'PUT', path: `${CONFIG_MAPS}/one`, body: { metadata: { name: 'one', resourceVersion: '1' } } }),
  },
  {
    title: 'merge patch',
    ask: ask({ method: 'PATCH', path: `${CONFIG_MAPS}/two`, body: { data: { patched: 'yes' } } }),
  },
  { title: 'patch of what is not there', ask: ask({ method: 'PATCH', path: `${CONFIG_MAPS}/absent`, body: {} }) },
  { title: 'delete', ask: ask({ method: 'DELETE', path: `${CONFIG_MAPS}/four` }) },
  { title: 'delete of what is not there', ask: ask({ method: 'DELETE', path: `${CONFIG_MAPS}/absent` }) },
  {
    title: 'watch from before a change',
    ask: async (world) => {
      const { metadata } = await read(world, `${CONFIG_MAPS}?${OURS}`);
      const body = { data: { touched: 'yes' } };
      await send(world, { method: 'PATCH', path: `${CONFIG_MAPS}/three`, body, authorization: 'admin' });
      return {
        path: `${CONFIG_MAPS}?${OURS}&watch=1&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}`,
        authorization: 'admin',
      };
    },
  },
  {
    title: 'watch that begins with what is there, and a bookmark',
    ask: get(
      `${CONFIG_MAPS}?${OURS}&watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    ),
  },
  {
    title: 'watch from a version that is no number',
    ask: get(`${CONFIG_MAPS}?watch=1&timeoutSeconds=1&resourceVersion=abc`),
  },
];
