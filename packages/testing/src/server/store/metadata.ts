import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { invalid } from '../http/status.ts';
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
    ...(hasGeneration(type) && { generation: 1 }),
  };
}

/** The metadata of an object that is being changed: what a client may not change stays. */
export function changedMetadata(
  type: ResourceType,
  input: ObjectInput,
  previous: KubernetesObject,
  version: number,
): ObjectMeta {
  const { name, namespace, uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds } = previous.metadata;
  const deletion = { deletionTimestamp, deletionGracePeriodSeconds };
  const fixed = { name, namespace, uid, creationTimestamp, ...deletion, resourceVersion: String(version) };
  const generation = hasGeneration(type) ? nextGeneration(input, previous) : undefined;
  const merged = Object.entries({ ...input.metadata, ...fixed, generation }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(merged) as unknown as ObjectMeta;
}

// The built-in types whose strategies count generations; of custom ones all do.
const COUNTED = new Set([
  'pods',
  'replicationcontrollers',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
  'ingresses',
  'networkpolicies',
  'poddisruptionbudgets',
]);

function hasGeneration({ plural, custom }: ResourceType): boolean {
  return custom === true || COUNTED.has(plural);
}

/** One more for each change of anything but metadata and status. */
function nextGeneration(input: ObjectInput, previous: KubernetesObject): number {
  const generation = Number(previous.metadata['generation'] ?? 1);
  return isDeepStrictEqual(desired(input), desired(previous)) ? generation : generation + 1;
}

function desired({ metadata: _metadata, status: _status, kind: _kind, apiVersion: _version, ...rest }: ObjectInput) {
  return rest;
}

function nameOf(type: ResourceType, metadata: Partial<ObjectMeta>): string {
  if (metadata.name) return metadata.name;
  if (metadata.generateName) return metadata.generateName + randomBytes(8).toString('hex').slice(0, SUFFIX_LENGTH);
  const message = 'Required value: name or generateName is required';
  throw invalid(type, '', { reason: 'FieldValueRequired', message, field: 'metadata.name' });
}
