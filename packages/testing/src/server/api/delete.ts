import type { Exchange } from '../http/exchange.ts';
import type { ResourceTarget } from '../http/target.ts';
import { apiVersionOf, type KubernetesObject, type ResourceType } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { selectorOf } from '../store/selectors.ts';
import { isDryRun, keyOf, readJson } from './input.ts';
import { listed } from './list.ts';

// Types whose registry has `ReturnDeletedObject`; all others answer with a Status.
const RETURN_DELETED = new Set(['pods', 'services', 'serviceaccounts', 'persistentvolumeclaims', 'persistentvolumes']);

interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** DELETE of one object. It is sent back where it waits for its finalizers, and of some types always. */
export async function deleteObject(
  store: ResourceStore,
  exchange: Exchange,
  resource: ResourceTarget,
  type: ResourceType,
): Promise<void> {
  const { preconditions, dryRun } = await readDeleteOptions(exchange);
  const options = { preconditions, dryRun: isDryRun(exchange) || dryRun?.includes('All') === true };
  const deleted = store.delete(type, keyOf(resource), options);
  const waits = Boolean(deleted.metadata.finalizers?.length);
  exchange.sendJson(200, waits || RETURN_DELETED.has(type.plural) ? deleted : success(type, deleted));
}

/** DELETE of all objects that are selected. */
export async function deleteCollection(
  store: ResourceStore,
  exchange: Exchange,
  resource: ResourceTarget,
  type: ResourceType,
): Promise<void> {
  const { query } = exchange.facts;
  const selected = selectorOf(query, type);
  const collection = store.collection(type.group, type.plural);
  const items = collection.list(resource.namespace).filter(selected);
  const options = { dryRun: isDryRun(exchange) };
  for (const { metadata } of items) {
    store.delete(type, { ...type, namespace: metadata.namespace, name: metadata.name }, options);
  }
  const metadata = { resourceVersion: String(store.version) };
  exchange.sendJson(200, {
    kind: `${type.kind}List`,
    apiVersion: apiVersionOf(type),
    metadata,
    items: items.map((item) => listed(item, collection)),
  });
}

async function readDeleteOptions(exchange: Exchange): Promise<DeleteOptions> {
  const { headers } = exchange.facts;
  const hasBody = headers['content-length'] !== '0' && (headers['content-length'] ?? headers['transfer-encoding']);
  return hasBody ? await readJson(exchange) : {};
}

function success(type: ResourceType, { metadata }: KubernetesObject): unknown {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: metadata.name,
      ...(type.group !== '' && { group: type.group }),
      kind: type.plural,
      uid: metadata.uid,
    },
  };
}
