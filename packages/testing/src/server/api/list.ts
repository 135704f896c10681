import type { Exchange } from '../http/exchange.ts';
import type { ResourceTarget } from '../http/target.ts';
import { apiVersionOf } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { selector } from '../store/selectors.ts';

/** Answers a list. */
export function listObjects(store: ResourceStore, exchange: Exchange, resource: ResourceTarget): void {
  const { query } = exchange.facts;
  const collection = store.collection(resource.group, resource.plural);
  const selected = selector({ labelSelector: query.get('labelSelector'), fieldSelector: query.get('fieldSelector') });
  exchange.sendJson(200, {
    kind: `${collection.type.kind}List`,
    apiVersion: apiVersionOf(collection.type),
    metadata: { resourceVersion: String(store.version) },
    items: collection.list(resource.namespace).filter(selected),
  });
}
