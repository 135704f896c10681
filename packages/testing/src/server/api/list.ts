import type { Exchange } from '../http/exchange.ts';
import { expired, StatusError } from '../http/status.ts';
import type { ResourceTarget } from '../http/target.ts';
import type { Collection } from '../store/collection.ts';
import { apiVersionOf, type KubernetesObject } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { selectorOf } from '../store/selectors.ts';

/** Where a continued list goes on: after this object, at that version, or at the newest where it is negative. */
interface Continue {
  readonly version: number;
  readonly after: string;
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** Answers a list, whole or by pages (`limit`, `continue`). */
export function listObjects(store: ResourceStore, exchange: Exchange, resource: ResourceTarget): void {
  const { query } = exchange.facts;
  const collection = store.collection(resource.group, resource.plural);
  const selected = selectorOf(query, collection.type);
  checkVersion(query, collection);
  const from = parseContinue(query.get('continue'), collection);
  const objects = collection
    .list(resource.namespace)
    .filter((object) => selected(object) && (from === undefined || pathOf(object) > from.after));
  const selects = Boolean(query.get('labelSelector') || query.get('fieldSelector'));
  const limit = integerOf(query.get('limit')) || objects.length;
  const page = objects.slice(0, limit);
  const version = from === undefined || from.version < 0 ? store.version : from.version;
  const last = page.at(-1);
  const more = last !== undefined && objects.length > limit;
  exchange.sendJson(200, {
    kind: `${collection.type.kind}List`,
    apiVersion: apiVersionOf(collection.type),
    metadata: {
      resourceVersion: String(version),
      // Custom resources' lists say so when they end.
      ...(!more && collection.type.custom && { continue: '' }),
      ...(more && {
        continue: formatContinue({ version, after: pathOf(last) }),
        // With a selector the real server would have to read on to know.
        ...(!selects && { remainingItemCount: objects.length - limit }),
      }),
    },
    items: page.map((object) => listed(object, collection)),
  });
}

/** An object as a list shows it: of the server's own types without kind and apiVersion, of custom ones with both. */
export function listed(object: KubernetesObject, collection: Collection): unknown {
  if (collection.type.custom) return object;
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

function integerOf(text: string | null): number {
  if (text === null || text === '') return 0;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new StatusError(400, 'BadRequest', `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function checkVersion(query: URLSearchParams, collection: Collection): void {
  const text = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(text)) throw new StatusError(400, 'BadRequest', `invalid resource version: ${badVersion(text)}`);
  if (query.get('resourceVersionMatch') === 'Exact' && !collection.remembers(Number(text))) {
    throw expired('The resourceVersion for the provided list is too old.');
  }
}

/** What is wrong with a resourceVersion that is no number. */
export function badVersion(text: string): string {
  const value = JSON.stringify(text);
  return `resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`;
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
    throw new StatusError(400, 'BadRequest', 'invalid continue token: continue key is not valid');
  }
  if (position.version < 0 || collection.remembers(position.version)) return position;
  throw expired(TOO_OLD, formatContinue({ ...position, version: -1 }));
}
