import { randomBytes } from 'node:crypto';
import type { ApiClient, ApiResponse } from '../api/client.ts';
import { ApiError } from '../api/client.ts';
import type { KubernetesObject } from '../api/objects.ts';

/** A service account of the cluster. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** One RBAC rule, `rbac.authorization.k8s.io/v1 PolicyRule`. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** An object that a token is bound to: it dies with it. */
export interface BoundObject {
  readonly kind: 'Pod' | 'Secret' | 'Node';
  readonly name: string;
  readonly uid?: string;
}

/** Members of a `TokenRequest` spec. */
export interface TokenRequestOptions {
  readonly audiences?: readonly string[];
  /** Seconds, at least 600. */
  readonly expirationSeconds?: number;
  readonly boundObjectRef?: BoundObject;
}

/** What TokenRequest answered. */
export interface IssuedToken {
  readonly token: string;
  /** `status.expirationTimestamp`, which for an extended token is a year earlier than `exp`. */
  readonly expirationTimestamp: string;
  /** E.g. that the requested life was shortened. */
  readonly warnings: readonly string[];
}

/** Namespaces, service accounts, what they may do, and their tokens by the API. */
export class Accounts {
  readonly #admin: ApiClient;

  constructor(admin: ApiClient) {
    this.#admin = admin;
  }

  /** Makes a namespace of a fresh name that starts with the prefix. */
  async createNamespace(prefix = 'test'): Promise<string> {
    const name = `${prefix}-${randomBytes(3).toString('hex')}`;
    await this.#admin.request('POST', '/api/v1/namespaces', { metadata: { name } });
    return name;
  }

  /** Makes a service account and, with rules, lets it do them in its namespace. */
  async create(namespace: string, name: string, rules: readonly PolicyRule[] = []): Promise<ServiceAccount> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    const { metadata } = await this.#admin.request<KubernetesObject>('POST', path, { metadata: { name } });
    const account = { namespace, name, uid: metadata.uid };
    if (rules.length > 0) await this.grant(account, rules);
    return account;
  }

  /** The account of that name, e.g. `default`, which the node profile makes in every namespace. */
  async get(namespace: string, name: string): Promise<ServiceAccount> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
    const { metadata } = await this.#admin.request<KubernetesObject>('GET', path);
    return { namespace, name, uid: metadata.uid };
  }

  /** Lets an account do something more, in its own namespace or, with `cluster`, everywhere. */
  async grant(account: ServiceAccount, rules: readonly PolicyRule[], scope: 'namespace' | 'cluster' = 'namespace') {
    const prefix = scope === 'cluster' ? 'Cluster' : '';
    const base = `/apis/rbac.authorization.k8s.io/v1${scope === 'cluster' ? '' : `/namespaces/${account.namespace}`}`;
    const name = `${account.name}-${randomBytes(3).toString('hex')}`;
    await this.#admin.request('POST', `${base}/${prefix.toLowerCase()}roles`, { metadata: { name }, rules });
    await this.#admin.request('POST', `${base}/${prefix.toLowerCase()}rolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${prefix}Role`, name },
      subjects: [{ kind: 'ServiceAccount', namespace: account.namespace, name: account.name }],
    });
  }

  /** Deletes the account: its tokens die, within 10 s where the server has just used them. */
  async delete({ namespace, name }: ServiceAccount): Promise<void> {
    await this.#admin.request('DELETE', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`);
  }

  /** Deletes the account and makes one of the same name: another uid, so tokens of the first stay dead. */
  async recreate(account: ServiceAccount): Promise<ServiceAccount> {
    await this.delete(account);
    return this.create(account.namespace, account.name);
  }

  /**
   * Asks the API for a token, as the kubelet does.
   *
   * @throws ApiError if it is refused
   */
  async createToken(account: ServiceAccount, options: TokenRequestOptions = {}): Promise<IssuedToken> {
    const path = `/api/v1/namespaces/${account.namespace}/serviceaccounts/${account.name}/token`;
    const { boundObjectRef, ...spec } = options;
    const bound = boundObjectRef && { boundObjectRef: { apiVersion: 'v1', ...boundObjectRef } };
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { ...spec, ...bound } };
    const response: ApiResponse = await this.#admin.send('POST', path, body);
    if (response.status !== 201) throw new ApiError(`POST ${path}`, response);
    const { status } = response.json<{ status: { token: string; expirationTimestamp: string } }>();
    return { ...status, warnings: response.warnings };
  }
}
