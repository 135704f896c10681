import type { Exchange } from '../http/exchange.ts';
import { invalid } from '../http/status.ts';
import type { ResourceTarget } from '../http/target.ts';
import { apiVersionOf, type KubernetesObject, type ObjectInput, type ResourceType } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { checkFits, checkKind, isDryRun, keyOf, readObject } from './input.ts';
import { PATCH_TYPES, patchObject } from './patch.ts';

/** POST */
export async function createObject(
  store: ResourceStore,
  exchange: Exchange,
  resource: ResourceTarget,
  type: ResourceType,
): Promise<void> {
  const input = await readObject(exchange, type, resource);
  checkName(type, input.metadata.name);
  const dryRun = isDryRun(exchange);
  const created = store.create(type, input, resource.namespace, { dryRun });
  exchange.sendJson(201, dryRun ? unversioned(created) : created);
}

// What was not stored has no version.
function unversioned({ metadata: { resourceVersion: _version, ...metadata }, ...rest }: KubernetesObject): unknown {
  return { ...rest, metadata };
}

// A DNS subdomain (RFC 1123), which is what nearly every kind demands of its names (apimachinery validation.go).
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
// RBAC's names may be any path segment (`system:node`).
const FREELY_NAMED = 'rbac.authorization.k8s.io';
const NAME_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** @throws {StatusError} 422 for a name that no object of the kind can have */
function checkName({ kind, group }: ResourceType, name: string | undefined): void {
  if (name === undefined || name === '' || group === FREELY_NAMED || NAME.test(name)) return;
  const message = `Invalid value: ${JSON.stringify(name)}: ${NAME_RULE}`;
  throw invalid({ group, kind }, name, { reason: 'FieldValueInvalid', message, field: 'metadata.name' });
}

/** PUT */
export async function updateObject(
  store: ResourceStore,
  exchange: Exchange,
  resource: ResourceTarget,
  type: ResourceType,
): Promise<void> {
  const input = await readObject(exchange, type, resource);
  if (type.custom && !input.metadata.resourceVersion) {
    const message = 'Invalid value: 0: must be specified for an update';
    // Of a custom resource this one refusal names the resource, not the kind.
    const named = { group: type.group, kind: type.plural };
    throw invalid(named, input.metadata.name ?? '', {
      reason: 'FieldValueInvalid',
      message,
      field: 'metadata.resourceVersion',
    });
  }
  storeChange(store, exchange, resource, type, input);
}

/** PATCH. A server-side apply of an object that does not exist creates it. */
export async function patchStored(
  store: ResourceStore,
  exchange: Exchange,
  resource: ResourceTarget,
  type: ResourceType,
): Promise<void> {
  const key = keyOf(resource);
  const contentType = exchange.facts.headers['content-type'] ?? '';
  const body = (await exchange.body()).toString();
  if (contentType.startsWith(PATCH_TYPES.apply)) checkManager(exchange);
  const present = store.find(key);
  if (!present && contentType.startsWith(PATCH_TYPES.apply)) {
    const input = patchObject(
      { apiVersion: apiVersionOf(type), kind: type.kind, metadata: { name: key.name } },
      contentType,
      body,
    );
    checkKind(input, type);
    checkFits(input, resource);
    exchange.sendJson(201, store.create(type, input, resource.namespace, { dryRun: isDryRun(exchange) }));
    return;
  }
  const patched = patchObject<ObjectInput>(store.get(key), contentType, body);
  checkKind(patched, type);
  checkFits(patched, resource);
  storeChange(store, exchange, resource, type, patched);
}

const PATCH_OPTIONS = { group: 'meta.k8s.io', kind: 'PatchOptions' } as const;

/** @throws {StatusError} 422 for an apply that does not say whose it is */
function checkManager(exchange: Exchange): void {
  if (exchange.facts.query.get('fieldManager')) return;
  const message = 'Required value: is required for apply patch';
  throw invalid(PATCH_OPTIONS, '', { reason: 'FieldValueRequired', message, field: 'fieldManager' });
}

/** Stores what a PUT or PATCH made of an object: all of it, or under `/status` its status alone. */
function storeChange(
  store: ResourceStore,
  exchange: Exchange,
  resource: ResourceTarget,
  type: ResourceType,
  input: ObjectInput,
): void {
  const key = keyOf(resource);
  const present: KubernetesObject = store.get(key);
  const { resourceVersion } = input.metadata;
  const based = { ...present.metadata, ...(resourceVersion !== undefined && { resourceVersion }) };
  const next: ObjectInput =
    resource.subresource === 'status' ? { ...present, metadata: based, status: input['status'] } : input;
  exchange.sendJson(200, store.update(type, next, key, { dryRun: isDryRun(exchange) }));
}
