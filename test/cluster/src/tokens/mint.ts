import { randomUUID } from 'node:crypto';
import { ISSUER } from '../control-plane/apiserver-flags.ts';
import type { SigningKey } from '../pki/signing-key.ts';
import type { ServiceAccount } from './accounts.ts';

/** Name and uid of the object that a claim repeats. */
export interface Reference {
  readonly name: string;
  readonly uid: string;
}

/** What a minted token says. Times are seconds from now, negative for the past. */
export interface MintOptions {
  readonly account: ServiceAccount;
  /** Bound to this pod, as the kubelet's tokens are. */
  readonly pod?: Reference;
  /** The pod's node, or any other: the server does not compare it with the pod. */
  readonly node?: Reference;
  /** Bound to this secret. */
  readonly secret?: Reference;
  /** Default: the API server's own. */
  readonly audiences?: readonly string[];
  /** `iat`, default 0. */
  readonly issued?: number;
  /** `nbf`, default as `issued`. */
  readonly notBefore?: number;
  /** `exp`, default 3600. */
  readonly expires?: number;
  /** `kubernetes.io.warnafter`, by default absent. */
  readonly warnAfter?: number;
  /** Last word about any claim; a member set to undefined is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Last word about the header. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A year, the life of an extended token, in seconds. */
const YEAR = 365 * 24 * 3600;

/** After this the kubelet's automounted token counts as stale, in seconds (`WarnOnlyBoundTokenExpirationPeriod`). */
const WARN_AFTER = 3607;

/** Well beyond the 60 s of leeway that the API server gives on each time. */
const BEYOND_LEEWAY = 600;

/** Makes tokens of any age and shape with the cluster's own key, also those that its API would never issue. */
export class Mint {
  readonly #key: () => SigningKey;

  /** @param key the key that the API server signs with now */
  constructor(key: () => SigningKey) {
    this.#key = key;
  }

  /** Signs a service-account token with these claims. */
  token(options: MintOptions): string {
    const { account, pod, node, secret, warnAfter, claims, header } = options;
    const { issued = 0, notBefore = issued, expires = 3600, audiences = [ISSUER] } = options;
    const now = Math.floor(Date.now() / 1000);
    const all = {
      aud: audiences,
      exp: now + expires,
      iat: now + issued,
      iss: ISSUER,
      jti: randomUUID(),
      'kubernetes.io': {
        namespace: account.namespace,
        serviceaccount: { name: account.name, uid: account.uid },
        pod,
        node,
        secret,
        warnafter: warnAfter === undefined ? undefined : now + warnAfter,
      },
      nbf: now + notBefore,
      sub: `system:serviceaccount:${account.namespace}:${account.name}`,
      ...claims,
    };
    return this.#key().sign(all, header);
  }

  /** Valid, but past its `warnafter` by the given seconds: the server counts it as stale. */
  stale(options: MintOptions, by = 60): string {
    const issued = -WARN_AFTER - by;
    return this.token({ issued, warnAfter: -by, expires: issued + YEAR, ...options });
  }

  /** Expired beyond the leeway: 401. */
  expired(options: MintOptions): string {
    return this.token({ issued: -3600 - BEYOND_LEEWAY, expires: -BEYOND_LEEWAY, ...options });
  }

  /** Valid only from ten minutes on, as from a server whose clock is ahead: 401. */
  notYetValid(options: MintOptions): string {
    return this.token({ issued: BEYOND_LEEWAY, expires: BEYOND_LEEWAY + 3600, ...options });
  }

  /** As the kubelet's automounted token: `exp` a year away, `warnafter` in 3607 s. */
  extended(options: MintOptions): string {
    return this.token({ warnAfter: WARN_AFTER, expires: YEAR, ...options });
  }

  /**
   * A legacy token: flat claims, no expiry, no audience. It is valid while the Secret of that name exists and holds
   * exactly this token; see {@link ./legacy-secret.ts}.
   */
  legacy(account: ServiceAccount, secretName: string): string {
    const prefix = 'kubernetes.io/serviceaccount';
    return this.#key().sign({
      iss: 'kubernetes/serviceaccount',
      [`${prefix}/namespace`]: account.namespace,
      [`${prefix}/secret.name`]: secretName,
      [`${prefix}/service-account.name`]: account.name,
      [`${prefix}/service-account.uid`]: account.uid,
      sub: `system:serviceaccount:${account.namespace}:${account.name}`,
    });
  }
}
