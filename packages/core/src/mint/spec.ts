import { InvalidOptionError } from '../errors.ts';
import type { TokenClaims } from '../token/claims.ts';

/** The object that a token ends with. */
export interface BoundObject {
  /** What the API can bind to (KEP-1205; nodes: KEP-4193). */
  readonly kind: 'Pod' | 'Node' | 'Secret';
  /** Its name, in the namespace of the account (nodes have none). */
  readonly name: string;
  /** Its uid: without it the token would be as good for another object of the same name. */
  readonly uid: string;
}

/** Which token is wanted. */
export interface TokenSpec {
  /** Default: the namespace of the source's own token. */
  readonly namespace?: string;
  /** The name of the ServiceAccount. Default: the account of the source's own token. */
  readonly serviceAccount?: string;
  /** The account's uid. With it, an account that was deleted and created again gets no token (409), and is another key. */
  readonly uid?: string;
  /** Who it is for. Default: the API server. */
  readonly audiences?: readonly string[];
  /** Its life in seconds, 600 to 2^32; the server may shorten it. Default 3600, as the API's. */
  readonly expirationSeconds?: number;
  /**
   * The object that it ends with. `'self'`: the pod (or Secret, or node) that the source's own token is bound to. Default:
   * none; such a token ends with its account.
   */
  readonly boundTo?: BoundObject | 'self';
}

/** A spec in which nothing is left to be looked up. */
export interface ResolvedSpec {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly uid: string | undefined;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly boundTo: BoundObject | undefined;
}

/** The API's own default (k8s.io/api authentication/v1, TokenRequestSpec), s. */
const DEFAULT_LIFE = 3600;
/** What the API server accepts, s (pkg/apis/authentication/validation). */
const SHORTEST_LIFE = 600;
const LONGEST_LIFE = 2 ** 32;
/** A name that can stand in a path: DNS-1123 subdomain, as for ServiceAccounts, pods, nodes and Secrets. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * Checks what can be checked without the server.
 * @param hasSource - whether there is a token of our own, from which defaults and `'self'` can be taken.
 * @throws InvalidOptionError naming the option and what is accepted.
 */
export function checkSpec(spec: TokenSpec, hasSource: boolean): void {
  for (const option of ['namespace', 'serviceAccount'] as const) {
    const value = spec[option];
    if (value === undefined && !hasSource) {
      throw new InvalidOptionError(
        option,
        `${option} is missing, and without a source there is no own token to take it from.`,
      );
    }
    if (value !== undefined) checkName(option, value);
  }
  const { audiences, expirationSeconds = DEFAULT_LIFE, boundTo, uid } = spec;
  if (audiences !== undefined && (!Array.isArray(audiences) || audiences.length === 0 || !audiences.every(isFilled))) {
    throw new InvalidOptionError(
      'audiences',
      'audiences must be a list of at least one text, none empty; leave it out for the API server itself.',
    );
  }
  if (!Number.isInteger(expirationSeconds) || expirationSeconds < SHORTEST_LIFE || expirationSeconds > LONGEST_LIFE) {
    throw new InvalidOptionError(
      'expirationSeconds',
      `expirationSeconds is ${expirationSeconds}; the API server takes whole seconds from ${SHORTEST_LIFE} (10 minutes) to 2^32.`,
    );
  }
  if (uid !== undefined && !isFilled(uid))
    throw new InvalidOptionError('uid', 'uid is empty; leave it out if it is not known.');
  if (boundTo === 'self' && !hasSource) {
    throw new InvalidOptionError(
      'boundTo',
      "boundTo is 'self', but without a source there is no own token that says what that is.",
    );
  }
  if (boundTo !== undefined && boundTo !== 'self') checkObject(boundTo);
}

/** The spec of now, for renewals: whoever fills one object for one account after the other must not change what is held. */
export function copyOf<Spec extends TokenSpec>(spec: Spec): Spec {
  const { audiences, boundTo } = spec;
  return {
    ...spec,
    ...(audiences && { audiences: [...audiences] }),
    ...(typeof boundTo === 'object' && { boundTo: { ...boundTo } }),
  };
}

/**
 * Fills in from the source's own token what the spec leaves to it.
 * @throws InvalidOptionError where that token does not say it.
 */
export function resolveSpec(spec: TokenSpec, own: TokenClaims | undefined): ResolvedSpec {
  const { namespace, serviceAccount, boundTo } = spec;
  return {
    namespace: namespace ?? known('namespace', own?.serviceAccount?.namespace),
    serviceAccount: serviceAccount ?? known('serviceAccount', own?.serviceAccount?.name),
    uid: spec.uid,
    audiences: spec.audiences ?? [],
    expirationSeconds: spec.expirationSeconds ?? DEFAULT_LIFE,
    boundTo: boundTo === 'self' ? ownObject(own) : boundTo,
  };
}

/**
 * Equal for specs that ask for the same token, and only for those. Not confidential.
 * @param own - The claims of the source's own token: the account that it stands for may be deleted and created again, and
 *   then has another uid; tokens of the old one are good for nothing.
 */
export function keyOf(spec: TokenSpec, own: TokenClaims | undefined): string {
  const { audiences = [], expirationSeconds = DEFAULT_LIFE, boundTo } = spec;
  const { serviceAccount: self, pod, secret, node } = own ?? {};
  const namespace = spec.namespace ?? self?.namespace;
  const serviceAccount = spec.serviceAccount ?? self?.name;
  const isOwn = namespace === self?.namespace && serviceAccount === self?.name;
  const uid = spec.uid ?? (isOwn ? self?.uid : undefined);
  const object = typeof boundTo === 'object' ? [boundTo.kind, boundTo.name, boundTo.uid] : boundTo;
  const bound = object === 'self' ? [object, (pod ?? secret ?? node)?.uid] : object;
  return JSON.stringify([namespace, serviceAccount, uid, [...audiences].sort(), expirationSeconds, bound]);
}

/** Names the account of a spec, for messages and tracing. */
export function placeOf({ namespace, serviceAccount }: TokenSpec): string {
  if (namespace === undefined && serviceAccount === undefined) return 'the own account';
  return `${namespace ?? '(own namespace)'}/${serviceAccount ?? '(own account)'}`;
}

function ownObject(own: TokenClaims | undefined): BoundObject {
  // A pod's token names its node too; what it is bound to is the pod.
  for (const [kind, ref] of [
    ['Pod', own?.pod],
    ['Secret', own?.secret],
    ['Node', own?.node],
  ] as const) {
    if (ref?.uid !== undefined) return { kind, name: ref.name, uid: ref.uid };
  }
  throw new InvalidOptionError(
    'boundTo',
    "boundTo is 'self', but the source's own token is bound to nothing that it names by uid (a legacy token, or one asked for without a bound object). Name the object, or leave boundTo out.",
  );
}

function known(option: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new InvalidOptionError(
    option,
    `${option} is missing, and the source's own token is of no service account from which it could be taken.`,
  );
}

function checkObject(object: BoundObject | null): void {
  const { kind, name, uid } = object ?? {};
  if (kind !== 'Pod' && kind !== 'Node' && kind !== 'Secret') {
    throw new InvalidOptionError(
      'boundTo',
      `boundTo.kind is ${JSON.stringify(kind)}; a token can be bound to a 'Pod', a 'Node' or a 'Secret'.`,
    );
  }
  checkName('boundTo', name);
  if (!isFilled(uid)) {
    throw new InvalidOptionError(
      'boundTo',
      `boundTo has no uid for the ${kind} ${name}; it is metadata.uid of the object.`,
    );
  }
}

function checkName(option: string, value: unknown): void {
  if (typeof value === 'string' && NAME.test(value)) return;
  throw new InvalidOptionError(
    option,
    `${option} holds ${JSON.stringify(value)}, which is no name of a Kubernetes object.`,
  );
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
