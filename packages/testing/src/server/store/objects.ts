/** Standard object metadata, as far as the kit looks at it. */
export interface ObjectMeta {
  /** Unique for its type in its namespace. */
  readonly name: string;
  /** Absent for types without namespaces. */
  readonly namespace?: string;
  /** Given by the server; another one after the object was created again. */
  readonly uid?: string;
  /** Given by the server with each change. */
  readonly resourceVersion?: string;
  /** Given by the server, RFC 3339. */
  readonly creationTimestamp?: string;
  /** Set while finalizers hold a deleted object, RFC 3339. */
  readonly deletionTimestamp?: string;
  /** The beginning of a name that the server makes up. */
  readonly generateName?: string;
  /** Who must let go before it is deleted. */
  readonly finalizers?: readonly string[];
  /** What `labelSelector` selects by. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Kept as they are. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Any other field, kept as it is. */
  readonly [field: string]: unknown;
}

/** Any Kubernetes object: what it is, its metadata, and whatever else it holds. */
export interface KubernetesObject {
  /** `v1`, `apps/v1`, … */
  readonly apiVersion: string;
  /** `Pod`, … */
  readonly kind: string;
  /** Name, uid, resourceVersion, … */
  readonly metadata: ObjectMeta;
  /** `spec`, `status`, `data`, … as they are. */
  readonly [field: string]: unknown;
}

/** An object as a caller hands it over: the server fills in what is missing. */
export interface ObjectInput {
  /** `v1`, `apps/v1`, … */
  readonly apiVersion: string;
  /** `Pod`, … */
  readonly kind: string;
  /** At least a `name` or `generateName`. */
  readonly metadata: Partial<ObjectMeta>;
  /** `spec`, `status`, `data`, … as they are. */
  readonly [field: string]: unknown;
}

/** One kind of object and the path it is served under. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  /** The version of the group: `v1`, … */
  readonly version: string;
  /** `Pod`, … */
  readonly kind: string;
  /** The last segment of its path. */
  readonly plural: string;
  /** Whether its objects live in namespaces. */
  readonly namespaced: boolean;
  /** As API discovery names them: `po`, … */
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
