import { conflict, StatusError } from '../http/status.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import type { MintSubject } from './mint.ts';

/** What a token is asked to be bound to. */
export interface BoundObjectReference {
  /** `Pod`, `Secret` or `Node`. */
  readonly kind?: string;
  /** `v1`; of the version only the group counts. */
  readonly apiVersion?: string;
  /** Its name, in the account's namespace. */
  readonly name?: string;
  /** Its uid; with another than it has, the request is refused with 409. */
  readonly uid?: string;
}

const BINDABLE: Readonly<Record<string, 'pods' | 'secrets' | 'nodes'>> = {
  Pod: 'pods',
  Secret: 'secrets',
  Node: 'nodes',
};

/**
 * The part of a token's subject that a `boundObjectRef` stands for; a pod brings its node along.
 *
 * @throws {StatusError} 400 for a type that cannot be bound or a pod of another account, 404, 409 for another uid
 */
export function bindTo(
  store: ResourceStore,
  account: { readonly namespace: string; readonly name: string },
  reference: BoundObjectReference,
): Pick<MintSubject, 'pod' | 'secret' | 'node'> {
  const { kind = '', apiVersion = '', name = '', uid } = reference;
  const plural = BINDABLE[kind];
  // Of the version only its group counts, and the core group has none.
  if (plural === undefined || apiVersion.includes('/')) {
    const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
    throw new StatusError(400, 'BadRequest', `cannot bind token to object of type ${version}, Kind=${kind}`);
  }
  const namespace = plural === 'nodes' ? undefined : account.namespace;
  const object = store.get({ group: '', plural, namespace, name });
  if (uid && uid !== object.metadata.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: '', plural: kind }, name, why);
  }
  const bound = { name, uid: object.metadata.uid ?? '' };
  if (plural === 'secrets') return { secret: bound };
  if (plural === 'nodes') return { node: bound };
  const { serviceAccountName = 'default', nodeName } = (object['spec'] ?? {}) as {
    readonly serviceAccountName?: string;
    readonly nodeName?: string;
  };
  if (serviceAccountName !== account.name) {
    const message = `cannot bind token for serviceaccount ${JSON.stringify(account.name)} to pod running with different serviceaccount name.`;
    throw new StatusError(400, 'BadRequest', message);
  }
  if (!nodeName) return { pod: bound };
  // A node that is not there is named all the same.
  const node = store.find({ group: '', plural: 'nodes', name: nodeName });
  const nodeUid = node?.metadata.uid;
  return { pod: bound, node: { name: nodeName, ...(nodeUid !== undefined && { uid: nodeUid }) } };
}
