import { expired } from '../http/status.ts';
import type { KubernetesObject, ResourceType, WatchEvent } from './objects.ts';

/** The objects of one type, and the recent past that a watch may start from. */
export class Collection {
  readonly type: ResourceType;
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #listeners = new Set<(event: WatchEvent) => void>();
  #history: WatchEvent[] = [];
  /** The newest version that has been forgotten: a watch from before it gets 410. */
  #forgotten = 0;

  constructor(type: ResourceType) {
    this.type = type;
  }

  get(namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.#objects.get(key(namespace, name));
  }

  /** All objects, of one namespace or of all, by namespace and name as etcd returns them. */
  list(namespace?: string): KubernetesObject[] {
    return [...this.#objects.entries()]
      .filter(([, object]) => namespace === undefined || object.metadata.namespace === namespace)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  /** Makes an event true and tells everyone who watches. */
  apply(event: WatchEvent): void {
    const { namespace, name } = event.object.metadata;
    if (event.type === 'DELETED') this.#objects.delete(key(namespace, name));
    else this.#objects.set(key(namespace, name), event.object);
    this.#history.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** Whether nothing after `version` has been forgotten. */
  remembers(version: number): boolean {
    return version >= this.#forgotten;
  }

  /**
   * The events after `version`.
   *
   * @throws {StatusError} 410 if some of them are forgotten.
   */
  since(version: number): readonly WatchEvent[] {
    if (!this.remembers(version)) throw expired(`too old resource version: ${version} (${this.#forgotten})`);
    return this.#history.filter((event) => event.version > version);
  }

  subscribe(listener: (event: WatchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets every event up to `version`, as etcd's compaction does. */
  forget(version: number): void {
    this.#forgotten = version;
    this.#history = this.#history.filter((event) => event.version > version);
  }
}

function key(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}
