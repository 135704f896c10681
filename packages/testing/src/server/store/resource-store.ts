import { randomBytes, randomUUID } from 'node:crypto';
import { alreadyExists, conflict, notFound, StatusError, unknownPath } from '../http/status.ts';
import { BUILTIN_TYPES } from './builtin-types.ts';
import { Collection } from './collection.ts';
import {
  apiVersionOf,
  type KubernetesObject,
  type ObjectInput,
  type ObjectMeta,
  type ResourceType,
} from './objects.ts';

/** Names one object. `namespace` is left out for cluster-scoped types. */
export interface ObjectKey {
  readonly group: string;
  readonly plural: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** What etcd is to the API server: all objects of all types, under one running resourceVersion. */
export class ResourceStore {
  readonly #collections = new Map<string, Collection>();
  readonly #now: () => number;
  #version = 1;

  constructor(now: () => number) {
    this.#now = now;
    for (const type of BUILTIN_TYPES) this.define(type);
  }

  /** The resourceVersion of the latest change. */
  get version(): number {
    return this.#version;
  }

  get types(): readonly ResourceType[] {
    return [...this.#collections.values()].map((collection) => collection.type);
  }

  /** Serves a type from now on; what was stored under it before stays. */
  define(type: ResourceType): void {
    const key = `${type.plural}.${type.group}`;
    if (!this.#collections.has(key)) this.#collections.set(key, new Collection(type));
  }

  /** @throws {StatusError} 404 if no such type is served. */
  collection(group: string, plural: string): Collection {
    const collection = this.#collections.get(`${plural}.${group}`);
    if (!collection) throw unknownPath();
    return collection;
  }

  /** @throws {StatusError} 404 if no such type is served. */
  typeOf(apiVersion: string, kind: string): ResourceType {
    const type = this.types.find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
    if (!type)
      throw new StatusError(
        404,
        'NotFound',
        `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`,
      );
    return type;
  }

  find(key: ObjectKey): KubernetesObject | undefined {
    return this.collection(key.group, key.plural).get(key.namespace, key.name);
  }

  /** @throws {StatusError} 404 */
  get(key: ObjectKey): KubernetesObject {
    const object = this.find(key);
    if (!object) throw notFound(key, key.name);
    return object;
  }

  /** Stores a new object. @throws {StatusError} 404 for an unknown namespace, 409 for a name that is taken. */
  create(type: ResourceType, input: ObjectInput, namespace?: string): KubernetesObject {
    const scope = type.namespaced ? (namespace ?? input.metadata.namespace ?? 'default') : undefined;
    if (scope !== undefined) this.get({ group: '', plural: 'namespaces', name: scope });
    const name = nameOf(type, input.metadata);
    const collection = this.collection(type.group, type.plural);
    if (collection.get(scope, name)) throw alreadyExists(type, name);
    this.#version += 1;
    const metadata: ObjectMeta = {
      ...input.metadata,
      name,
      ...(scope !== undefined && { namespace: scope }),
      uid: randomUUID(),
      resourceVersion: String(this.#version),
      creationTimestamp: this.#timestamp(),
    };
    const object: KubernetesObject = { ...input, apiVersion: apiVersionOf(type), kind: type.kind, metadata };
    collection.apply({ type: 'ADDED', object, version: this.#version });
    return object;
  }

  /** Stores a new state of an object. @throws {StatusError} 404 or 409 (its resourceVersion is not the latest). */
  update(type: ResourceType, input: ObjectInput, key: ObjectKey): KubernetesObject {
    const previous = this.get(key);
    const based = input.metadata.resourceVersion;
    if (based !== undefined && based !== '' && based !== previous.metadata.resourceVersion)
      throw conflict(type, key.name);
    const { uid, creationTimestamp, deletionTimestamp, namespace, name } = previous.metadata;
    if (input.metadata.uid !== undefined && input.metadata.uid !== uid) {
      throw conflict(
        type,
        key.name,
        `Precondition failed: UID in precondition: ${input.metadata.uid}, UID in object meta: ${uid}`,
      );
    }
    const kept = { name, namespace, uid, creationTimestamp, deletionTimestamp };
    const metadata = defined({ ...input.metadata, ...kept, resourceVersion: String(this.#version + 1) });
    const object: KubernetesObject = { ...input, apiVersion: apiVersionOf(type), kind: type.kind, metadata };
    this.#version += 1;
    this.collection(type.group, type.plural).apply({ type: 'MODIFIED', object, previous, version: this.#version });
    // The last finalizer gone from an object under deletion: now it goes.
    if (deletionTimestamp !== undefined && !metadata.finalizers?.length) return this.#remove(type, object);
    return object;
  }

  /** Deletes an object; one with finalizers stays, marked by its deletionTimestamp. @throws {StatusError} 404 */
  delete(type: ResourceType, key: ObjectKey): KubernetesObject {
    const object = this.get(key);
    if (!object.metadata.finalizers?.length) return this.#remove(type, object);
    if (object.metadata.deletionTimestamp !== undefined) return object;
    this.#version += 1;
    const metadata = {
      ...object.metadata,
      deletionTimestamp: this.#timestamp(),
      resourceVersion: String(this.#version),
    };
    const marked = { ...object, metadata };
    const collection = this.collection(type.group, type.plural);
    collection.apply({ type: 'MODIFIED', object: marked, previous: object, version: this.#version });
    return marked;
  }

  /** Forgets the past, so that every watch and continued list from before now gets 410 Gone. */
  compact(): void {
    for (const collection of this.#collections.values()) collection.forget(this.#version);
  }

  #remove(type: ResourceType, object: KubernetesObject): KubernetesObject {
    this.#version += 1;
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    const collection = this.collection(type.group, type.plural);
    collection.apply({ type: 'DELETED', object: last, previous: object, version: this.#version });
    return last;
  }

  #timestamp(): string {
    return `${new Date(this.#now()).toISOString().slice(0, 19)}Z`;
  }
}

function nameOf(type: ResourceType, metadata: Partial<ObjectMeta>): string {
  if (metadata.name) return metadata.name;
  // Five characters, as `names.SimpleNameGenerator` appends.
  if (metadata.generateName) return metadata.generateName + randomBytes(5).toString('hex').slice(0, 5);
  throw new StatusError(
    422,
    'Invalid',
    `${type.kind} "" is invalid: metadata.name: Required value: name or generateName is required`,
    {
      kind: type.kind,
      causes: [
        {
          reason: 'FieldValueRequired',
          message: 'Required value: name or generateName is required',
          field: 'metadata.name',
        },
      ],
    },
  );
}

function defined(metadata: { [K in keyof ObjectMeta]: ObjectMeta[K] | undefined } & { name: string }): ObjectMeta {
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== undefined),
  ) as unknown as ObjectMeta;
}
