import type { ObjectReference } from './auth/claims.ts';
import type { MintOptions, MintSubject } from './auth/mint.ts';
import type { KubernetesObject, ObjectInput, ResourceType } from './store/objects.ts';
import type { ResourceStore } from './store/resource-store.ts';

/** Names one object the way a manifest does. */
export interface ObjectIdentity {
  /** `v1`, `apps/v1`, … */
  readonly apiVersion: string;
  /** `Pod`, … */
  readonly kind: string;
  /** Its name, and its namespace if its type has one. */
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** The server's objects without going over HTTP: `server.objects`. Watches see every change made here. */
export class ClusterObjects {
  readonly #store: ResourceStore;

  /** @internal */
  constructor(store: ResourceStore) {
    this.#store = store;
  }

  /** Stores a new object; a namespace that does not exist is created first. @throws {StatusError} 409 */
  create(object: ObjectInput): KubernetesObject {
    const type = this.#store.typeOf(object.apiVersion, object.kind);
    if (type.namespaced) this.ensureNamespace(object.metadata.namespace ?? 'default');
    return this.#store.create(type, object);
  }

  /** Stores a new state. @throws {StatusError} 404 or 409 */
  update(object: ObjectInput & ObjectIdentity): KubernetesObject {
    const type = this.#store.typeOf(object.apiVersion, object.kind);
    return this.#store.update(type, object, keyOf(type, object));
  }

  /** @throws {StatusError} 404 */
  delete(object: ObjectIdentity): KubernetesObject {
    const type = this.#store.typeOf(object.apiVersion, object.kind);
    return this.#store.delete(type, keyOf(type, object));
  }

  /** The object as it is now; undefined if there is none. */
  get(object: ObjectIdentity): KubernetesObject | undefined {
    const type = this.#store.typeOf(object.apiVersion, object.kind);
    return this.#store.find(keyOf(type, object));
  }

  /** All objects of a kind, of one namespace or of all. */
  list(apiVersion: string, kind: string, namespace?: string): KubernetesObject[] {
    const type = this.#store.typeOf(apiVersion, kind);
    return this.#store.collection(type.group, type.plural).list(namespace);
  }

  /** Forgets the past: watches and continued lists from before now get 410 Gone. */
  compact(): void {
    this.#store.compact();
  }

  /** Serves one more type, without a CustomResourceDefinition. */
  define(type: ResourceType): void {
    this.#store.define(type);
  }

  /** @internal The objects a token names, created where they are missing. */
  subjectOf(options: MintOptions): MintSubject {
    const namespace = options.namespace ?? 'default';
    const reference = (kind: string, value: string | ObjectReference): ObjectReference =>
      typeof value === 'string' ? this.#ensure(kind, value, kind === 'Node' ? undefined : namespace) : value;
    const secret = options.secret ?? (options.legacy ? `${options.serviceAccount ?? 'default'}-token` : undefined);
    return {
      namespace,
      account: reference('ServiceAccount', options.serviceAccount ?? 'default'),
      ...(options.pod && { pod: reference('Pod', options.pod) }),
      ...(secret && { secret: reference('Secret', secret) }),
      ...(options.node && { node: reference('Node', options.node) }),
    };
  }

  /** @internal */
  ensureNamespace(name: string): void {
    this.#ensure('Namespace', name, undefined);
  }

  #ensure(kind: string, name: string, namespace: string | undefined): ObjectReference {
    // First: with its namespace an account called `default` comes to be by itself.
    if (namespace !== undefined) this.ensureNamespace(namespace);
    const identity = { apiVersion: 'v1', kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
    const { metadata } = this.get(identity) ?? this.create(identity);
    return { name, uid: metadata.uid ?? '' };
  }
}

function keyOf(type: ResourceType, object: ObjectIdentity) {
  const namespace = type.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
  return { group: type.group, plural: type.plural, namespace, name: object.metadata.name };
}
