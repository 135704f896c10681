import { systemClock } from '../../clock.ts';
import type { Exchange } from '../http/exchange.ts';
import { StatusError } from '../http/status.ts';
import { isTrue, type ResourceTarget } from '../http/target.ts';
import type { Collection } from '../store/collection.ts';
import type { KubernetesObject, WatchEvent } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { selector } from '../store/selectors.ts';
import type { OpenWatches } from './open-watches.ts';
import { WatchStream } from './watch-stream.ts';

// `bookmarkFrequency` of the watch cache.
const BOOKMARK_MS = 60_000;

/** Answers a watch: one JSON object a line, until the client leaves or `timeoutSeconds` have passed. */
export function watchObjects(
  store: ResourceStore,
  exchange: Exchange,
  resource: ResourceTarget,
  watches: OpenWatches,
): void {
  const { query } = exchange.facts;
  const collection = store.collection(resource.group, resource.plural);
  const inScope = scope(exchange, resource);
  exchange.start(200, { 'content-type': 'application/json' });
  const stream = new WatchStream(exchange, collection, store);
  try {
    start(stream, collection, inScope, query);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    // Once a watch has been accepted its errors come as events, with status 200.
    stream.write('ERROR', error.status);
    stream.end();
    return;
  }
  stream.onClose(collection.subscribe((event) => stream.send(selectedEvent(event, inScope))));
  if (isTrue(query.get('allowWatchBookmarks'))) {
    stream.bookmarkEvery(BOOKMARK_MS);
    watches.add(stream);
  }
  const timeout = Number(query.get('timeoutSeconds') ?? 0);
  if (timeout > 0) stream.onClose(systemClock.after(timeout * 1000, () => stream.end()));
}

function scope(exchange: Exchange, { namespace, name }: ResourceTarget): (object: KubernetesObject) => boolean {
  const { query } = exchange.facts;
  const selected = selector({ labelSelector: query.get('labelSelector'), fieldSelector: query.get('fieldSelector') });
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    selected(object);
}

/** Sends what the client has missed, or the present state where it did not say from when. */
function start(
  stream: WatchStream,
  collection: Collection,
  inScope: (object: KubernetesObject) => boolean,
  query: URLSearchParams,
): void {
  const from = query.get('resourceVersion') ?? '';
  const initial = isTrue(query.get('sendInitialEvents'));
  if (from !== '' && from !== '0' && !initial) {
    for (const event of collection.since(Number(from))) stream.send(selectedEvent(event, inScope));
    return;
  }
  for (const object of collection.list().filter(inScope)) stream.write('ADDED', object);
  if (initial) stream.bookmark({ 'k8s.io/initial-events-end': 'true' });
}

/** How an event looks through a selection: an object that leaves it is DELETED, one that enters it ADDED. */
function selectedEvent(event: WatchEvent, inScope: (object: KubernetesObject) => boolean): WatchEvent | undefined {
  const is = inScope(event.object);
  const was = event.previous === undefined ? false : inScope(event.previous);
  if (event.type !== 'MODIFIED') return is || was ? event : undefined;
  if (is) return was ? event : { ...event, type: 'ADDED' };
  return was ? { ...event, type: 'DELETED' } : undefined;
}
