import { exportJWK } from 'jose/key/export';
import type { SigningKeys } from '../auth/signing-keys.ts';
import type { Route } from '../http/router.ts';

const JWKS_PATH = '/openid/v1/jwks';
// What the API server lets relying parties cache: an hour.
const CACHED = { 'cache-control': 'public, max-age=3600' };

/** OIDC discovery of the tokens' issuer, and the keys to verify them by. */
export function issuerDiscoveryRoute(parts: {
  readonly issuer: string;
  readonly keys: SigningKeys;
  readonly origin: () => string;
}): Route {
  return {
    accepts: ({ path, method }) =>
      method === 'GET' && (path === '/.well-known/openid-configuration' || path === JWKS_PATH),
    handle: async (exchange, { path }) => {
      if (path === JWKS_PATH) {
        const headers = { 'content-type': 'application/jwk-set+json', ...CACHED };
        exchange.send(200, JSON.stringify({ keys: await publicKeys(parts.keys) }), headers);
        return;
      }
      const configuration = {
        issuer: parts.issuer,
        jwks_uri: parts.origin() + JWKS_PATH,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      };
      exchange.send(200, JSON.stringify(configuration), { 'content-type': 'application/json', ...CACHED });
    },
  };
}

function publicKeys(keys: SigningKeys): Promise<unknown[]> {
  return Promise.all(
    keys.candidates(undefined).map(async ({ publicKey, kid }) => ({
      use: 'sig',
      kid,
      alg: 'ES256',
      ...(await exportJWK(publicKey)),
    })),
  );
}
