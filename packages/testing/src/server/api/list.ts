import type { Exchange } from '../http/exchange.ts';
import { expired, StatusError } from '../http/status.ts';
import type { ResourceTarget } from '../http/target.ts';
import type { Collection } from '../store/collection.ts';
import { apiVersionOf, type KubernetesObject } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { selector } from '../store/selectors.ts';

/** Where a continued list goes on: after this object, at that version. */
interface Continue {
  readonly version: number;
  readonly after: string;
}

/** Answers a list, whole or by pages (`limit`, `continue`). */
export function listObjects(store: ResourceStore, exchange: Exchange, resource: ResourceTarget): void {
  const { query } = exchange.facts;
  const collection = store.collection(resource.group, resource.plural);
  const selected = selector({ labelSelector: query.get('labelSelector'), fieldSelector: query.get('fieldSelector') });
  const from = parseContinue(query.get('continue'), collection);
  const objects = collection
    .list(resource.namespace)
    .filter((object) => selected(object) && (from === undefined || pathOf(object) > from.after));
  const selects = Boolean(query.get('labelSelector') || query.get('fieldSelector'));
  const limit = Number(query.get('limit') ?? 0) || objects.length;
  const page = objects.slice(0, limit);
  const version = from?.version ?? store.version;
  const last = page.at(-1);
  const more = last !== undefined && objects.length > limit;
  exchange.sendJson(200, {
    kind: `${collection.type.kind}List`,
    apiVersion: apiVersionOf(collection.type),
    metadata: {
      resourceVersion: String(version),
      ...(more && {
        continue: formatContinue({ version, after: pathOf(last) }),
        // With a selector the real server would have to read on to know.
        ...(!selects && { remainingItemCount: objects.length - limit }),
      }),
    },
    items: page.map((object) => listed(object, collection)),
  });
}

// The elements of the server's own lists have neither kind nor apiVersion; those of custom resources have both.
function listed(object: KubernetesObject, collection: Collection): unknown {
  if (collection.type.custom) return object;
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

function pathOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function formatContinue(position: Continue): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function parseContinue(text: string | null, collection: Collection): Continue | undefined {
  if (text === null || text === '') return undefined;
  let position: Continue;
  try {
    position = JSON.parse(Buffer.from(text, 'base64url').toString()) as Continue;
  } catch {
    throw new StatusError(400, 'BadRequest', 'continue key is not valid');
  }
  if (collection.remembers(position.version)) return position;
  throw expired(
    'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
  );
}
