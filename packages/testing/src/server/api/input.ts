import type { Exchange } from '../http/exchange.ts';
import { StatusError } from '../http/status.ts';
import type { ResourceTarget } from '../http/target.ts';
import { BUILTIN_TYPES } from '../store/builtin-types.ts';
import { apiVersionOf, type ObjectInput, type ResourceType } from '../store/objects.ts';
import type { ObjectKey } from '../store/resource-store.ts';

/** What a body is expected to be. */
export interface ExpectedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** A custom resource must say what it is; the others need not. */
  readonly custom?: boolean;
}

/** The object a path names. */
export function keyOf(resource: ResourceTarget): ObjectKey {
  const { group, plural, namespace, name = '' } = resource;
  return { group, plural, namespace, name };
}

/** Whether the request only asks what would happen. */
export function isDryRun(exchange: Exchange): boolean {
  return exchange.facts.query.getAll('dryRun').includes('All');
}

/**
 * Reads a JSON object out of the body.
 *
 * @param kind what it should be, where refusals say so
 * @throws {StatusError} 400 if it is none, 415 for other types
 */
export async function readJson(exchange: Exchange, kind?: string): Promise<Record<string, unknown>> {
  const contentType = exchange.facts.headers['content-type'];
  if (contentType !== undefined && contentType.split(';')[0]?.trim() !== 'application/json') {
    const message = 'the body of the request was in an unknown format - accepted media types include: application/json';
    throw new StatusError(415, 'UnsupportedMediaType', message);
  }
  const body = (await exchange.body()).toString();
  let problem: string;
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    problem = 'not an object';
  } catch (error) {
    const { message } = error as Error;
    // Go's errors begin in lower case, and the commonest one is worded alike.
    problem = message.charAt(0).toLowerCase() + message.slice(1);
  }
  const why = `couldn't get version/kind; json parse error: ${problem}`;
  throw kind === undefined ? new StatusError(400, 'BadRequest', why) : unrecognized(kind, why, body);
}

function unrecognized(kind: string, why: string, body: string): StatusError {
  const message = `the object provided is unrecognized (must be of type ${kind}): ${why} (${body || '<empty>'})`;
  return new StatusError(400, 'BadRequest', message);
}

/** Reads an object of this kind out of the body. @throws {StatusError} 400 if it is another, or none */
export async function readKind(exchange: Exchange, expected: ExpectedKind): Promise<Record<string, unknown>> {
  const value = await readJson(exchange, expected.kind);
  checkKind(value, expected);
  return value;
}

/** @throws {StatusError} 400 if an object says that it is something else */
export function checkKind(object: object, expected: ExpectedKind): void {
  const { kind, apiVersion } = object as { readonly kind?: string; readonly apiVersion?: string };
  if (expected.custom && !kind) {
    const body = JSON.stringify(object);
    throw unrecognized(expected.kind, `Object 'Kind' is missing in '${body}'`, body);
  }
  const wanted = apiVersionOf(expected);
  if ((apiVersion ?? wanted) === wanted && (kind ?? expected.kind) === expected.kind) return;
  const version = (apiVersion ?? wanted).split('/').pop() ?? '';
  // Go's name of the package with the internal types of the group.
  const internal = expected.group.split('.')[0] || 'core';
  const known = BUILTIN_TYPES.some((type) => type.kind === kind && apiVersionOf(type) === apiVersion);
  const why =
    known || apiVersion === wanted
      ? `converting (${version}.${kind}) to (${internal}.${expected.kind}): unknown conversion`
      : `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`;
  const message = `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${expected.kind}: ${why}`;
  throw new StatusError(400, 'BadRequest', message);
}

/** Reads the body as an object of this type. @throws {StatusError} 400 if it is another, or does not fit the path. */
export async function readObject(
  exchange: Exchange,
  type: ResourceType,
  resource: ResourceTarget,
): Promise<ObjectInput> {
  const object = { metadata: {}, ...(await readKind(exchange, type)) } as ObjectInput;
  checkFits(object, resource);
  return object;
}

/** @throws {StatusError} 400 if an object is not where its path says. */
export function checkFits(
  { metadata: { name, namespace } }: ObjectInput,
  resource: Pick<ResourceTarget, 'name' | 'namespace'>,
): void {
  if (resource.name !== undefined && !name) {
    const message = `the name of the object (${resource.name} based on URL) was undeterminable: name must be provided`;
    throw new StatusError(400, 'BadRequest', message);
  }
  if (resource.name !== undefined && name !== resource.name) {
    const message = `the name of the object (${name}) does not match the name on the URL (${resource.name})`;
    throw new StatusError(400, 'BadRequest', message);
  }
  if (resource.namespace !== undefined && namespace && namespace !== resource.namespace) {
    const message = 'the namespace of the provided object does not match the namespace sent on the request';
    throw new StatusError(400, 'BadRequest', message);
  }
}
