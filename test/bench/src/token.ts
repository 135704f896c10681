/**
 * A token as a projected volume holds it in shape, claims and length (about 1,200 characters), signed by nobody: for what is
 * measured without a server that checks it.
 *
 * @param id - its `jti`.
 * @param iat - seconds since the epoch at which it was issued, after `BASE`.
 */
export function makeToken(id: string, iat: number): string {
  const issued = BASE + iat;
  const claims = {
    aud: ['https://kubernetes.default.svc.cluster.local'],
    exp: issued + 31_536_000,
    iat: issued,
    iss: 'https://kubernetes.default.svc.cluster.local',
    jti: id,
    'kubernetes.io': {
      namespace: 'default',
      node: { name: 'node-1', uid: '0f6e0d62-6b54-4f6e-9e35-0d5ae0a2a3f6' },
      pod: { name: 'web-7d4b9c5f6-x2x9z', uid: '5c8f1c2e-3b1f-4d36-8f0a-7c2f8a4f9b1e' },
      serviceaccount: { name: 'default', uid: '0a6f3c0e-9a48-4f0b-8d7f-4b5f1d2c7e11' },
      warnafter: issued + 3_607,
    },
    nbf: issued,
    sub: 'system:serviceaccount:default:default',
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  // RS256, as in most clusters: 256 bytes of signature.
  return `${part({ alg: 'RS256', kid: KID })}.${part(claims)}.${Buffer.alloc(256, id).toString('base64url')}`;
}

const KID = 'B1X3mSg0PzZkq2Z1hZs1dGqkXl0wX2y4h8Jt7m5n9Qk';
/** A minute ago, when this process began: old enough to be valid whatever the order of `iat`. */
const BASE = Math.floor(Date.now() / 1000) - 60;
