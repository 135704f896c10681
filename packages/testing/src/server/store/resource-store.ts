import { alreadyExists, conflict, notFound, StatusError, unknownPath } from '../http/status.ts';
import { BUILTIN_TYPES } from './builtin-types.ts';
import { Collection } from './collection.ts';
import { withDefaults } from './defaults.ts';
import { changedMetadata, newMetadata } from './metadata.ts';
import {
  apiVersionOf,
  assemble,
  type KubernetesObject,
  type ObjectInput,
  type ResourceType,
  type WatchEvent,
} from './objects.ts';

/** Names one object. `namespace` is left out for cluster-scoped types. */
export interface ObjectKey {
  readonly group: string;
  readonly plural: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** How a change is made. */
export interface ChangeOptions {
  /** Answers as if it had been made, and changes nothing (`dryRun=All`). */
  readonly dryRun?: boolean;
}

/** Which object a caller means to delete. */
export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
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

  /** Whether any type of this group is served. */
  serves(group: string): boolean {
    return this.types.some((type) => type.group === group);
  }

  /** Serves a type from now on; a second definition of the same changes nothing. */
  define(type: ResourceType): void {
    const key = collectionKey(type);
    if (!this.#collections.has(key)) this.#collections.set(key, new Collection(type));
  }

  /** Serves a type no longer; its objects are gone. */
  undefine(type: ResourceType): void {
    this.#collections.delete(collectionKey(type));
  }

  /** @throws {StatusError} 404 if no such type is served, or not in this version. */
  collection(group: string, plural: string, version?: string): Collection {
    const collection = this.#collections.get(collectionKey({ group, plural }));
    if (!collection || (version !== undefined && collection.type.version !== version)) throw unknownPath();
    return collection;
  }

  /** @throws {StatusError} 404 if no such type is served. */
  typeOf(apiVersion: string, kind: string): ResourceType {
    const type = this.types.find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
    if (type) return type;
    const message = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
    throw new StatusError(404, 'NotFound', message);
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
  create(type: ResourceType, input: ObjectInput, namespace?: string, options?: ChangeOptions): KubernetesObject {
    const scope = type.namespaced ? (namespace ?? input.metadata.namespace ?? 'default') : undefined;
    if (scope !== undefined) this.get({ group: '', plural: 'namespaces', name: scope });
    const stamp = { namespace: scope, version: this.#version + 1, time: this.#timestamp() };
    const complete = withDefaults(type, input);
    const object = assemble(type, complete, newMetadata(type, complete, stamp));
    const { name } = object.metadata;
    if (this.find({ ...type, namespace: scope, name })) throw alreadyExists(type, name);
    return this.#apply('ADDED', type, object, undefined, options);
  }

  /** Stores a new state of an object. @throws {StatusError} 404 or 409 (its resourceVersion is not the latest). */
  update(type: ResourceType, input: ObjectInput, key: ObjectKey, options?: ChangeOptions): KubernetesObject {
    const previous = this.get(key);
    const { resourceVersion, uid } = input.metadata;
    if (resourceVersion && resourceVersion !== previous.metadata.resourceVersion) throw conflict(type, key.name);
    if (uid && uid !== previous.metadata.uid) throw conflict(type, key.name, otherObject(type, previous, uid));
    const complete = withDefaults(type, input);
    const object = assemble(type, complete, changedMetadata(type, complete, previous, this.#version + 1));
    const updated = this.#apply('MODIFIED', type, object, previous, options);
    // The last finalizer gone from an object under deletion: now it goes.
    const over = object.metadata.deletionTimestamp !== undefined && !object.metadata.finalizers?.length;
    return over ? this.#remove(type, object, options) : updated;
  }

  /**
   * Deletes an object; one with finalizers stays, marked by its deletionTimestamp.
   *
   * @throws {StatusError} 404, or 409 if it is not the one that the caller expects
   */
  delete(
    type: ResourceType,
    key: ObjectKey,
    options: ChangeOptions & { readonly preconditions?: Preconditions | undefined } = {},
  ): KubernetesObject {
    const object = this.get(key);
    checkPreconditions(type, object, options.preconditions ?? {});
    if (!object.metadata.finalizers?.length) return this.#remove(type, object, options);
    if (object.metadata.deletionTimestamp !== undefined) return object;
    const stamp = { ...this.#deletion(object), resourceVersion: String(this.#version + 1) };
    return this.#apply('MODIFIED', type, { ...object, metadata: { ...object.metadata, ...stamp } }, object, options);
  }

  /** Forgets the past, so that every watch and continued list from before now gets 410 Gone. */
  compact(): void {
    for (const collection of this.#collections.values()) collection.forget(this.#version);
  }

  #remove(type: ResourceType, object: KubernetesObject, options: ChangeOptions | undefined): KubernetesObject {
    const resourceVersion = String(this.#version + 1);
    // A pod is marked before it goes, even where it need not wait: the kubelet's part is over at once.
    const mark = type.plural === 'pods' ? this.#deletion(object) : {};
    const last = { ...object, metadata: { ...object.metadata, ...mark, resourceVersion } };
    return this.#apply('DELETED', type, last, object, options);
  }

  #deletion({ metadata }: KubernetesObject) {
    const generation = metadata['generation'];
    return {
      deletionTimestamp: metadata.deletionTimestamp ?? this.#timestamp(),
      deletionGracePeriodSeconds: 0,
      ...(typeof generation === 'number' && { generation: generation + 1 }),
    };
  }

  #apply(
    event: WatchEvent['type'],
    type: ResourceType,
    object: KubernetesObject,
    previous: KubernetesObject | undefined,
    options: ChangeOptions | undefined,
  ): KubernetesObject {
    if (options?.dryRun) return object;
    this.#version += 1;
    const version = this.#version;
    this.collection(type.group, type.plural).apply({ type: event, object, version, ...(previous && { previous }) });
    return object;
  }

  #timestamp(): string {
    return `${new Date(this.#now()).toISOString().slice(0, 19)}Z`;
  }
}

function collectionKey(type: { readonly group: string; readonly plural: string }): string {
  return `${type.plural}.${type.group}`;
}

function checkPreconditions(type: ResourceType, object: KubernetesObject, wanted: Preconditions): void {
  const { name, uid, resourceVersion } = object.metadata;
  // `BeforeDelete` names the kind, where all others name the resource.
  const named = { group: type.group, plural: type.kind };
  if (wanted.uid && wanted.uid !== uid) {
    const why = `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(named, name, why);
  }
  if (wanted.resourceVersion && wanted.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(named, name, why);
  }
}

// etcd's words for an update of another object than the one that is stored.
function otherObject({ plural }: ResourceType, { metadata }: KubernetesObject, uid: string): string {
  const key = ['/registry', plural, metadata.namespace, metadata.name].filter(Boolean).join('/');
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
}
