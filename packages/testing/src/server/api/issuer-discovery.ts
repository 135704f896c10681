import { exportJWK } from 'jose/key/export';
import type { SigningKeys } from '../auth/signing-keys.ts';
import { checkAccept } from '../http/negotiation.ts';
import type { Route } from '../http/router.ts';
import { methodNotAllowed } from '../http/status.ts';

const JWKS_PATH = '/openid/v1/jwks';
const JWKS_TYPE = 'application/jwk-set+json';
// What the API server lets relying parties cache: an hour.
const CACHED = { 'cache-control': 'public, max-age=3600' };

/** OIDC discovery of the tokens' issuer, and the keys to verify them by. */
export function issuerDiscoveryRoute(parts: {
  readonly issuer: string;
  readonly keys: SigningKeys;
  readonly origin: () => string;
}): Route {
  return {
    accepts: ({ path }) => path === '/.well-known/openid-configuration' || path === JWKS_PATH,
    handle: async (exchange, { path, method }) => {
      if (method !== 'GET') throw methodNotAllowed();
      if (path === JWKS_PATH) {
        // A client that asks for application/json gets none: this is strictly another type.
        checkAccept(exchange, JWKS_TYPE);
        const headers = { 'content-type': JWKS_TYPE, ...CACHED };
        exchange.send(200, JSON.stringify({ keys: await publicKeys(parts.keys) }), headers);
        return;
      }
      checkAccept(exchange, 'application/json');
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
