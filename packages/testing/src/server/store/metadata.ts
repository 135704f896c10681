import { randomBytes, randomUUID } from 'node:crypto';
import { StatusError } from '../http/status.ts';
import type { KubernetesObject, ObjectInput, ObjectMeta, ResourceType } from './objects.ts';

// How many random characters `names.SimpleNameGenerator` appends.
const SUFFIX_LENGTH = 5;

/** The metadata of an object that is being created. @throws {StatusError} 422 if it has no name. */
export function newMetadata(
  type: ResourceType,
  input: ObjectInput,
  stamp: { readonly namespace: string | undefined; readonly version: number; readonly time: string },
): ObjectMeta {
  return {
    ...input.metadata,
    name: nameOf(type, input.metadata),
    ...(stamp.namespace !== undefined && { namespace: stamp.namespace }),
    uid: randomUUID(),
    resourceVersion: String(stamp.version),
    creationTimestamp: stamp.time,
  };
}

/** The metadata of an object that is being changed: what a client may not change stays. */
export function changedMetadata(input: ObjectInput, previous: KubernetesObject, version: number): ObjectMeta {
  const { name, namespace, uid, creationTimestamp, deletionTimestamp } = previous.metadata;
  const fixed = { name, namespace, uid, creationTimestamp, deletionTimestamp, resourceVersion: String(version) };
  const merged = Object.entries({ ...input.metadata, ...fixed }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(merged) as unknown as ObjectMeta;
}

function nameOf(type: ResourceType, metadata: Partial<ObjectMeta>): string {
  if (metadata.name) return metadata.name;
  if (metadata.generateName) return metadata.generateName + randomBytes(8).toString('hex').slice(0, SUFFIX_LENGTH);
  const message = 'Required value: name or generateName is required';
  throw new StatusError(422, 'Invalid', `${type.kind} "" is invalid: metadata.name: ${message}`, {
    kind: type.kind,
    causes: [{ reason: 'FieldValueRequired', message, field: 'metadata.name' }],
  });
}
