import type { Exchange } from '../http/exchange.ts';
import type { ResourceTarget } from '../http/target.ts';
import { apiVersionOf, type KubernetesObject, type ResourceType } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { selector } from '../store/selectors.ts';
import { isDryRun, keyOf, readJson } from './input.ts';

// Types whose registry has `ReturnDeletedObject`; all others answer with a Status.
const RETURN_DELETED = new Set(['pods', 'services', 'serviceaccounts', 'persistentvolumeclaims', 'persistentvolumes']);

interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string };
  readonly dryRun?: readonly string[];
}

/** DELETE of one object: 200 if it is gone, 202 if it waits for its finalizers. */
export async function deleteObject(
  store: ResourceStore,
  exchange: Exchange,
  resource: ResourceTarget,
  type: ResourceType,
): Promise<void> {
  const { preconditions, dryRun } = await readDeleteOptions(exchange);
  const options = { uid: preconditions?.uid, dryRun: isDryRun(exchange) || dryRun?.includes('All') === true };
  const deleted = store.delete(type, keyOf(resource), options);
  const waits = deleted.metadata.finalizers?.length ? 202 : 200;
  exchange.sendJson(waits, waits === 202 || RETURN_DELETED.has(type.plural) ? deleted : success(type, deleted));
}

/** DELETE of all objects that are selected. */
export async function deleteCollection(
  store: ResourceStore,
  exchange: Exchange,
  resource: ResourceTarget,
  type: ResourceType,
): Promise<void> {
  const { query } = exchange.facts;
  const selected = selector({ labelSelector: query.get('labelSelector'), fieldSelector: query.get('fieldSelector') });
  const items = store.collection(type.group, type.plural).list(resource.namespace).filter(selected);
  const options = { dryRun: isDryRun(exchange) };
  for (const { metadata } of items) {
    store.delete(type, { ...type, namespace: metadata.namespace, name: metadata.name }, options);
  }
  const metadata = { resourceVersion: String(store.version) };
  exchange.sendJson(200, { kind: `${type.kind}List`, apiVersion: apiVersionOf(type), metadata, items });
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
