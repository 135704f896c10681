import { systemClock } from '../../clock.ts';
import type { Exchange } from '../http/exchange.ts';
import { invalid, StatusError } from '../http/status.ts';
import { isTrue, type ResourceTarget } from '../http/target.ts';
import type { Collection } from '../store/collection.ts';
import type { KubernetesObject, ResourceType, WatchEvent } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { selectorOf } from '../store/selectors.ts';
import { badVersion } from './list.ts';
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
  checkQuery(query);
  const inScope = scope(exchange, resource, collection.type);
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

const LIST_OPTIONS = { group: 'meta.k8s.io', kind: 'ListOptions' } as const;

/** @throws {StatusError} 500 for a version that is no number, 422 for initial events without how to match it */
function checkQuery(query: URLSearchParams): void {
  const version = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(version)) throw new StatusError(500, '', badVersion(version));
  if (isTrue(query.get('sendInitialEvents')) && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    const message = 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    throw invalid(LIST_OPTIONS, '', { reason: 'FieldValueForbidden', message, field: 'resourceVersionMatch' });
  }
}

function scope(
  exchange: Exchange,
  { namespace, name }: ResourceTarget,
  type: ResourceType,
): (object: KubernetesObject) => boolean {
  const selected = selectorOf(exchange.facts.query, type);
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

/**
 * How an event looks through a selection: an object that enters it is ADDED, one that leaves it DELETED, as it was when
 * it still belonged to it but at the version of now.
 */
function selectedEvent(event: WatchEvent, inScope: (object: KubernetesObject) => boolean): WatchEvent | undefined {
  const is = inScope(event.object);
  const was = event.previous === undefined ? false : inScope(event.previous);
  if (event.type !== 'MODIFIED') return is || was ? event : undefined;
  if (is) return was ? event : { ...event, type: 'ADDED' };
  if (!was || event.previous === undefined) return undefined;
  const { resourceVersion = '' } = event.object.metadata;
  const object = { ...event.previous, metadata: { ...event.previous.metadata, resourceVersion } };
  return { ...event, type: 'DELETED', object };
}
