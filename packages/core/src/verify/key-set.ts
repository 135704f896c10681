import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet } from 'jose/jwks/local';
import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose/jwks/remote';
import { LRUCache } from 'lru-cache';
import { record, text } from '../api/answer.ts';
import type { ApiConnection } from '../api/connection.ts';
import { InsecureTransportError, InvalidOptionError } from '../errors.ts';
import { VerificationUnavailableError } from './token-unverified-error.ts';

/** The keys of an issuer, and who that is: known once the keys are. */
export interface KeySet {
  readonly keys: JWTVerifyGetKey;
  /** Undefined for keys that were given without saying whose they are. */
  issuer(): string | undefined;
}

/** Where the API server publishes its issuer and its keys (KEP-1393). */
export const DISCOVERY_PATH = '/.well-known/openid-configuration';
export const JWKS_PATH = '/openid/v1/jwks';
/** The API server answers 406 to whoever takes application/json only (pkg/routes/openidmetadata.go). */
export const JWKS_TYPE = 'application/jwk-set+json';

/**
 * Keys are taken anew after this, ms: a key that was withdrawn is trusted no longer. An unknown key id is looked up at once,
 * but not sooner than 30 s after the last time (jose's cool-down), or made-up ids would be requests.
 */
const KEYS_LIVE = 600_000;
/** Public issuers whose keys are kept; a program has one or two. */
const ISSUERS_KEPT = 16;
/** A public issuer's answer may take this long, ms; as jose's own. */
const ANSWER_WITHIN = 5_000;

const ofConnections = new WeakMap<ApiConnection, KeySet>();
const ofIssuers = new LRUCache<string, Promise<KeySet>>({ max: ISSUERS_KEPT });

/** The keys of the cluster behind `api`; one set for each connection. */
export function clusterKeySet(api: ApiConnection): KeySet {
  let set = ofConnections.get(api);
  if (set === undefined) {
    set = fromCluster(api);
    ofConnections.set(api, set);
  }
  return set;
}

/** Keys that are given. @throws InvalidOptionError for what is no key set. */
export function givenKeySet(jwks: JSONWebKeySet): KeySet {
  try {
    return { keys: createLocalJWKSet(jwks), issuer: () => undefined };
  } catch (cause) {
    throw new InvalidOptionError('jwks', "jwks is no JSON Web Key Set: an object with a list 'keys' of JWKs.", {
      cause,
    });
  }
}

/** The keys of a public issuer, found by its discovery document, over public TLS. */
export async function issuerKeySet(issuer: string): Promise<KeySet> {
  let set = ofIssuers.get(issuer);
  if (set === undefined) {
    set = fromIssuer(issuer);
    ofIssuers.set(issuer, set);
    // What failed is to be tried again, not remembered.
    set.catch(() => ofIssuers.delete(issuer));
  }
  return await set;
}

function fromCluster(api: ApiConnection): KeySet {
  let issuer: string | undefined;
  const fetchKeys: FetchImplementation = async (_url, { signal }) => {
    // Through the connection: the API server wants to know who asks, and only the cluster's CA verifies it.
    const [discovery, keys] = await Promise.all([
      api.send({ method: 'GET', path: DISCOVERY_PATH, signal }),
      api.send({ method: 'GET', path: JWKS_PATH, headers: { accept: JWKS_TYPE }, signal }),
    ]);
    issuer = text(record(discovery.json)['issuer']);
    if (issuer === undefined || keys.status !== 200) {
      const status = issuer === undefined ? discovery.status : keys.status;
      throw new VerificationUnavailableError(
        `The API server at ${api.origin} does not give its issuer and keys (${status}). They may be read by the ClusterRole ` +
          'system:service-account-issuer-discovery, which is bound to all service accounts by default.',
      );
    }
    return Response.json(keys.json);
  };
  const url = new URL(JWKS_PATH, api.origin);
  const keys = createRemoteJWKSet(url, { cacheMaxAge: KEYS_LIVE, [customFetch]: fetchKeys });
  return { keys, issuer: () => issuer };
}

async function fromIssuer(issuer: string): Promise<KeySet> {
  const base = secure('issuer', issuer);
  const url = `${base.href.replace(/\/$/, '')}${DISCOVERY_PATH}`;
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN) }).catch(
    (cause) => {
      throw new VerificationUnavailableError(`${url} cannot be read, so the keys of ${issuer} are not known.`, {
        cause,
      });
    },
  );
  const document = record(await response.json().catch(() => undefined));
  const jwksUri = text(document['jwks_uri']);
  if (document['issuer'] !== issuer || jwksUri === undefined) {
    throw new VerificationUnavailableError(
      `${url} (${response.status}) is not the discovery document of ${issuer}: it names the issuer ${JSON.stringify(document['issuer'])}.`,
    );
  }
  const keys = createRemoteJWKSet(secure('jwks_uri', jwksUri), { cacheMaxAge: KEYS_LIVE });
  return { keys, issuer: () => issuer };
}

function secure(option: string, value: string): URL {
  const url = URL.parse(value);
  if (url === null) throw new InvalidOptionError(option, `${option} is ${JSON.stringify(value)}, which is no URL.`);
  if (url.protocol === 'https:') return url;
  throw new InsecureTransportError(`${option} is ${value}: keys that did not come over https can be anybody's.`);
}
