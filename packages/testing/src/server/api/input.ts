import type { Exchange } from '../http/exchange.ts';
import { StatusError } from '../http/status.ts';
import type { ResourceTarget } from '../http/target.ts';
import { apiVersionOf, type ObjectInput, type ResourceType } from '../store/objects.ts';
import type { ObjectKey } from '../store/resource-store.ts';

/** The object a path names. */
export function keyOf(resource: ResourceTarget): ObjectKey {
  const { group, plural, namespace, name = '' } = resource;
  return { group, plural, namespace, name };
}

/** Whether the request only asks what would happen. */
export function isDryRun(exchange: Exchange): boolean {
  return exchange.facts.query.getAll('dryRun').includes('All');
}

/** Reads a JSON object out of the body. @throws {StatusError} 400 if it is none, 415 for protobuf. */
export async function readJson(exchange: Exchange): Promise<Record<string, unknown>> {
  if (exchange.facts.headers['content-type']?.includes('protobuf')) {
    const message = 'the body of the request was in an unknown format - accepted media types include: application/json';
    throw new StatusError(415, 'UnsupportedMediaType', message, {});
  }
  const body = (await exchange.body()).toString();
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new StatusError(400, 'BadRequest', 'the request body is no JSON: this test server reads JSON only');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new StatusError(400, 'BadRequest', 'the request body is no object');
}

/** Reads the body as an object of this type. @throws {StatusError} 400 if it is another, or does not fit the path. */
export async function readObject(
  exchange: Exchange,
  type: ResourceType,
  resource: ResourceTarget,
): Promise<ObjectInput> {
  const object = { metadata: {}, ...(await readJson(exchange)) } as ObjectInput;
  checkFits(object, type, resource);
  return object;
}

/** @throws {StatusError} 400 if an object is not what its path says. */
export function checkFits(object: ObjectInput, type: ResourceType, resource: ResourceTarget): void {
  const { apiVersion = apiVersionOf(type), kind = type.kind } = object as Partial<ObjectInput>;
  if (apiVersion !== apiVersionOf(type) || kind !== type.kind) {
    const message = `${kind} in version ${JSON.stringify(apiVersion)} cannot be handled as a ${type.kind}: no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`;
    throw new StatusError(400, 'BadRequest', message);
  }
  const { name, namespace } = object.metadata;
  if (resource.name !== undefined && name !== undefined && name !== resource.name) {
    throw new StatusError(
      400,
      'BadRequest',
      `the name of the object (${name}) does not match the name on the URL (${resource.name})`,
    );
  }
  if (resource.namespace !== undefined && namespace && namespace !== resource.namespace) {
    throw new StatusError(
      400,
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
}
