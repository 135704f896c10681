/** Standard object metadata, as far as the kit looks at it. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly generateName?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Any Kubernetes object: what it is, its metadata, and whatever else it holds. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** An object as a caller hands it over: the server fills in what is missing. */
export interface ObjectInput {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Partial<ObjectMeta>;
  readonly [field: string]: unknown;
}

/** One kind of object and the path it is served under. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The last segment of its path. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  /** By which of its fields objects are selected, beside name and namespace. */
  readonly selectableFields?: readonly string[];
  /** Made by a CustomResourceDefinition or by hand, not one of the server's own. */
  readonly custom?: boolean;
}

/** What happened to an object: the body of one line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
  /** The object before, to judge whether it entered or left a selection. */
  readonly previous?: KubernetesObject;
  readonly version: number;
}

/** The `apiVersion` of a type: `v1`, `apps/v1`, … */
export function apiVersionOf(type: Pick<ResourceType, 'group' | 'version'>): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** An object of this type with its fields in the order in which the API server writes them. */
export function assemble(type: ResourceType, input: ObjectInput, metadata: ObjectMeta): KubernetesObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...rest } = input;
  return { kind: type.kind, apiVersion: apiVersionOf(type), metadata, ...rest };
}
