import type { KubernetesObject, ResourceType, WatchEvent } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';

const GROUP = 'apiextensions.k8s.io';

interface DefinitionSpec {
  readonly group: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly names: { readonly kind: string; readonly plural: string; readonly shortNames?: readonly string[] };
  readonly versions: readonly {
    readonly name: string;
    readonly storage?: boolean;
    readonly selectableFields?: readonly { readonly jsonPath: string }[];
  }[];
}

/** Serves the type of every CustomResourceDefinition as long as that exists; of several versions the stored one. */
export function serveCustomResources(store: ResourceStore): void {
  store.collection(GROUP, 'customresourcedefinitions').subscribe((event: WatchEvent) => {
    const type = typeOf(event.object);
    if (event.type === 'DELETED') return store.undefine(type);
    store.define(type);
    if (event.type === 'ADDED') establish(store, event.object);
  });
}

function typeOf(definition: KubernetesObject): ResourceType {
  const { group, scope, names, versions } = definition['spec'] as DefinitionSpec;
  const version = versions.find((each) => each.storage) ?? versions[0];
  const selectableFields = version?.selectableFields?.map(({ jsonPath }) => jsonPath.replace(/^\./, ''));
  const { kind, plural, shortNames } = names;
  return {
    group,
    version: version?.name ?? 'v1',
    kind,
    plural,
    namespaced: scope === 'Namespaced',
    custom: true,
    ...(shortNames && { shortNames }),
    ...(selectableFields && { selectableFields }),
  };
}

// What clients wait for before they use a new type.
function establish(store: ResourceStore, definition: KubernetesObject): void {
  const { name } = definition.metadata;
  const plural = 'customresourcedefinitions';
  const condition = (type: string) => ({
    type,
    status: 'True',
    lastTransitionTime: definition.metadata.creationTimestamp,
  });
  const status = { conditions: [condition('NamesAccepted'), condition('Established')] };
  store.update(store.collection(GROUP, plural).type, { ...definition, status }, { group: GROUP, plural, name });
}
