import { type Question, send } from '../wire/send.ts';
import { CORE, create, read } from '../worlds/objects.ts';
import type { World } from '../worlds/world.ts';
import { asks, type ContractCase } from './case.ts';

const CONFIG_MAPS = `${CORE}/configmaps`;

/** A case about what a watch says that began before a change to a config map of its own, of label `set=<name>`. */
function after(
  title: string,
  name: string,
  change: (path: string) => Question,
  query = `labelSelector=set%3D${name}`,
): ContractCase {
  return asks(title, async (world) => {
    const { metadata } = await create(world, 'configmaps', { metadata: { name, labels: { set: name } } });
    const answer = await send(world, change(`${CONFIG_MAPS}/${name}`));
    if (answer.status >= 300) throw new Error(`${world.name}: ${answer.status} ${answer.body}`);
    return { path: `${CONFIG_MAPS}?watch=1&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}&${query}` };
  });
}

const watch = (title: string, query: string) => asks(title, { path: `${CONFIG_MAPS}?watch=1&${query}` });

async function now(world: World): Promise<string> {
  return (await read(world, CONFIG_MAPS)).metadata.resourceVersion;
}

/** watch: what it begins with, its events, its bookmarks and its errors. */
export const watching: readonly ContractCase[] = [
  after('watch of a change', 'changed', (path) => ({ method: 'PATCH', path, body: { data: { touched: 'yes' } } })),
  after('watch of a deletion', 'gone', (path) => ({ method: 'DELETE', path })),
  after('watch of what leaves the selection', 'left', (path) => ({
    method: 'PATCH',
    path,
    body: { metadata: { labels: { set: null } } },
  })),
  after(
    'watch of what enters the selection',
    'entered',
    (path) => ({ method: 'PATCH', path, body: { metadata: { labels: { in: 'entered' } } } }),
    'labelSelector=in%3Dentered',
  ),
  after(
    'watch of one object, by a field',
    'by-field',
    (path) => ({ method: 'PATCH', path, body: { data: { touched: 'yes' } } }),
    'fieldSelector=metadata.name%3Dby-field',
  ),
  watch('watch of nothing', 'timeoutSeconds=1&labelSelector=set%3Dnone'),
  watch('watch without a version', 'timeoutSeconds=1&labelSelector=set%3Dcontract'),
  watch('watch from the cache', 'timeoutSeconds=1&labelSelector=set%3Dcontract&resourceVersion=0'),
  watch(
    'watch that begins with what is there, and a bookmark',
    'labelSelector=set%3Dcontract&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
  ),
  watch(
    'watch that begins with what is there, as nobody can ask',
    'timeoutSeconds=1&sendInitialEvents=true&allowWatchBookmarks=true',
  ),
  asks('watch with a bookmark shortly before its end', async (world) => ({
    path: `${CONFIG_MAPS}?watch=1&labelSelector=set%3Dnone&timeoutSeconds=4&allowWatchBookmarks=true&resourceVersion=${await now(world)}`,
  })),
  watch('watch from a version that is none', 'timeoutSeconds=1&resourceVersion=abc'),
  watch('watch by a selector that is none', 'timeoutSeconds=1&labelSelector=%3D%3D'),
  asks('watch of one, by its path', {
    path: `/api/v1/watch/namespaces/contract/configmaps/one?timeoutSeconds=1&resourceVersion=0`,
  }),
  asks('watch of a resource that is not served', { path: `${CORE}/nonsense?watch=1&timeoutSeconds=1` }),
];
