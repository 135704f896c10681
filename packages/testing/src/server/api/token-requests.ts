import type { TokenIssuer } from '../auth/token-issuer.ts';
import { grantToken, TOKEN_REQUEST, type TokenRequestLimits, type TokenRequestSpec } from '../auth/token-request.ts';
import type { Route } from '../http/router.ts';
import { invalid, methodNotAllowed, StatusError } from '../http/status.ts';
import type { ResourceTarget } from '../http/target.ts';
import { apiVersionOf } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { checkFits, readKind } from './input.ts';

const KIND = { ...TOKEN_REQUEST, version: 'v1' } as const;

/** `POST /api/v1/namespaces/<ns>/serviceaccounts/<name>/token`: the TokenRequest API. */
export function tokenRequestRoute(parts: {
  readonly store: ResourceStore;
  readonly issuer: TokenIssuer;
  readonly limits: TokenRequestLimits;
}): Route {
  return {
    accepts: ({ resource }) => resource?.plural === 'serviceaccounts' && resource.subresource === 'token',
    handle: async (exchange, { resource }) => {
      const { verb, namespace = '', name = '' } = resource as ResourceTarget;
      if (verb !== 'create') throw methodNotAllowed();
      const body = (await readKind(exchange, KIND)) as {
        readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly uid?: string };
        readonly spec?: TokenRequestSpec;
      };
      parts.store.get({ group: '', plural: 'namespaces', name: namespace });
      checkNames(body.metadata ?? {}, { namespace, name });
      const spec = body.spec ?? {};
      checkSeconds(spec.expirationSeconds);
      const granted = await grantToken(parts, { namespace, name, uid: body.metadata?.uid }, spec);
      const { iat = exchange.now() / 1000 } = granted.minted.claims;
      exchange.warn(granted.warning);
      exchange.sendJson(201, {
        kind: KIND.kind,
        apiVersion: apiVersionOf(KIND),
        metadata: { name, namespace, uid: granted.account.uid, creationTimestamp: timestamp(iat * 1000) },
        spec: {
          audiences: granted.audiences,
          expirationSeconds: Math.max(1, Math.round(granted.lifetimeSeconds)),
          boundObjectRef: spec.boundObjectRef ?? null,
        },
        status: { token: granted.minted.token, expirationTimestamp: timestamp(granted.minted.expiresAt) },
      });
    },
  };
}

function checkNames(
  body: { readonly name?: string; readonly namespace?: string },
  path: { readonly name: string; readonly namespace: string },
): void {
  checkFits({ kind: KIND.kind, apiVersion: apiVersionOf(KIND), metadata: { ...body, name: path.name } }, path);
  if (!body.name || body.name === path.name) return;
  const message = `Invalid value: ${JSON.stringify(body.name)}: must match the service account name if specified`;
  throw invalid(KIND, path.name, { reason: 'FieldValueInvalid', message, field: 'metadata.name' });
}

function checkSeconds(value: unknown): void {
  if (value === undefined || value === null || Number.isInteger(value)) return;
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const what = type === 'number' ? `number ${value}` : type;
  const why = `json: cannot unmarshal ${what} into Go struct field TokenRequestSpec.spec.expirationSeconds of type int64`;
  const message = `${KIND.kind} in version ${JSON.stringify(KIND.version)} cannot be handled as a ${KIND.kind}: ${why}`;
  throw new StatusError(400, 'BadRequest', message);
}

// Whole seconds, as metav1.Time has them; a token of fractions keeps its own.
function timestamp(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.endsWith('.000Z') || ms % 1000 === 0 ? `${text.slice(0, 19)}Z` : text;
}
