import type { ResourceStore } from './store/resource-store.ts';

/** What the controller manager does for each namespace: its default account and `kube-root-ca.crt`; all of it goes with it. */
export class NamespaceController {
  readonly #store: ResourceStore;
  #caBundle: string;

  constructor(store: ResourceStore, caBundle: string) {
    this.#store = store;
    this.#caBundle = caBundle;
    store.collection('', 'namespaces').subscribe(({ type, object }) => {
      if (type === 'ADDED') this.#populate(object.metadata.name);
      if (type === 'DELETED') this.#empty(object.metadata.name);
    });
  }

  /** Publishes another CA bundle in every namespace. */
  publish(caBundle: string): void {
    this.#caBundle = caBundle;
    const { type } = this.#store.collection('', 'configmaps');
    for (const { metadata } of this.#store.collection('', 'namespaces').list()) {
      const key = { group: '', plural: 'configmaps', namespace: metadata.name, name: 'kube-root-ca.crt' };
      if (this.#store.find(key)) this.#store.update(type, this.#rootCA(), key);
    }
  }

  #populate(namespace: string): void {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    this.#store.create(this.#store.collection('', 'serviceaccounts').type, account, namespace);
    this.#store.create(this.#store.collection('', 'configmaps').type, this.#rootCA(), namespace);
  }

  #empty(namespace: string): void {
    for (const type of this.#store.types.filter((each) => each.namespaced)) {
      for (const { metadata } of this.#store.collection(type.group, type.plural).list(namespace)) {
        this.#store.delete(type, { ...type, namespace, name: metadata.name });
      }
    }
  }

  #rootCA() {
    const metadata = { name: 'kube-root-ca.crt' };
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': this.#caBundle } };
  }
}
