import { randomBytes, randomUUID } from 'node:crypto';

/** What `makeToken` puts into a token. */
export interface TokenRecipe {
  /** When it was issued, ms since the epoch (the claim has whole seconds). Default: now. */
  readonly issuedAt?: number;
  /** Seconds from `iat` to `exp`. Default 3607, as the kubelet asks for. */
  readonly life?: number;
  readonly jti?: string;
  /** Claims over the usual ones; undefined takes one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Claims over the usual ones in the `kubernetes.io` object. */
  readonly kubernetes?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A service-account token as the kubelet writes it, in all but the signature, which is of the right length and random. */
export function makeToken(recipe: TokenRecipe = {}): string {
  const { issuedAt = Date.now(), life = 3607, jti = randomUUID(), claims, kubernetes, header } = recipe;
  const iat = Math.floor(issuedAt / 1000);
  return joinToken(header ?? { alg: 'ES256', kid: 'test' }, {
    aud: ['https://kubernetes.default.svc.cluster.local'],
    exp: iat + life,
    iat,
    nbf: iat,
    iss: 'https://kubernetes.default.svc.cluster.local',
    jti,
    'kubernetes.io': {
      namespace: 'default',
      node: { name: 'node-1', uid: '11111111-0000-0000-0000-000000000000' },
      pod: { name: 'app-0', uid: '22222222-0000-0000-0000-000000000000' },
      serviceaccount: { name: 'app', uid: '33333333-0000-0000-0000-000000000000' },
      ...kubernetes,
    },
    sub: 'system:serviceaccount:default:app',
    ...claims,
  });
}

/** The token of a service account's Secret: flat claims, no end (pkg/serviceaccount/legacy.go). */
export function makeLegacyToken(): string {
  return joinToken(
    { alg: 'RS256', kid: 'test' },
    {
      iss: 'kubernetes/serviceaccount',
      'kubernetes.io/serviceaccount/namespace': 'default',
      'kubernetes.io/serviceaccount/secret.name': 'app-token-x7k2p',
      'kubernetes.io/serviceaccount/service-account.name': 'app',
      'kubernetes.io/serviceaccount/service-account.uid': '33333333-0000-0000-0000-000000000000',
      sub: 'system:serviceaccount:default:app',
    },
    256,
  );
}

/** Header and payload, and a signature of that many random bytes. */
export function joinToken(header: unknown, payload: unknown, signatureBytes = 64): string {
  return [JSON.stringify(header), JSON.stringify(payload), randomBytes(signatureBytes)]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}
