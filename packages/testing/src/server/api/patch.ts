import { applyPatch, type Operation } from 'rfc6902';
import { StatusError } from '../http/status.ts';

type Json = Record<string, unknown>;

/** The forms in which a change may come, by content type. */
export const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/**
 * Applies a patch to a copy of the object. Strategic merge and server-side apply are merge patches here, except that
 * lists whose elements all have a `name` (containers, env, volumes, …) are merged by it; field ownership is not kept.
 *
 * @throws {StatusError} 400 for a body that is no patch, 415 for an unknown content type, 422 if it cannot be applied
 */
export function patchObject<T extends object>(object: T, contentType: string, body: string): T {
  const patch = parse(body);
  switch (contentType.split(';')[0]?.trim()) {
    case PATCH_TYPES.json:
      return jsonPatch(object, patch);
    case PATCH_TYPES.merge:
      return merge(object, patch, false) as T;
    case PATCH_TYPES.strategic:
    case PATCH_TYPES.apply:
      return merge(object, patch, true) as T;
    default:
      throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new StatusError(400, 'BadRequest', 'invalid JSON patch');
  }
}

function jsonPatch<T extends object>(object: T, operations: unknown): T {
  if (!Array.isArray(operations)) {
    const why = `json: cannot unmarshal ${typeof operations} into Go value of type []handlers.jsonPatchOp`;
    throw new StatusError(400, 'BadRequest', `error decoding patch: ${why}`);
  }
  const copy = structuredClone(object);
  if (applyPatch(copy, operations as Operation[]).some((error) => error !== null)) {
    // The real server, too, keeps to itself which operation failed.
    throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
  return copy;
}

// RFC 7396, and with `byName` what a strategic merge adds to it.
function merge(target: unknown, patch: unknown, byName: boolean): unknown {
  if (byName && isNamedList(target) && isNamedList(patch)) return mergeLists(target, patch);
  if (!isObject(patch)) return patch;
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value, byName);
  }
  return result;
}

function mergeLists(target: readonly Json[], patch: readonly Json[]): Json[] {
  const result = new Map(target.map((element) => [element['name'], element]));
  for (const element of patch) {
    if (element['$patch'] === 'delete') result.delete(element['name']);
    else result.set(element['name'], merge(result.get(element['name']), element, true) as Json);
  }
  return [...result.values()];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is Json[] {
  return Array.isArray(value) && value.length > 0 && value.every((element) => isObject(element) && 'name' in element);
}
