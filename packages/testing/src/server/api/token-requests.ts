import { randomUUID } from 'node:crypto';
import type { TokenIssuer } from '../auth/token-issuer.ts';
import { grantToken, type TokenRequestLimits, type TokenRequestSpec } from '../auth/token-request.ts';
import type { Route } from '../http/router.ts';
import { StatusError } from '../http/status.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { readJson } from './input.ts';

/** `POST /api/v1/namespaces/<ns>/serviceaccounts/<name>/token`: the TokenRequest API. */
export function tokenRequestRoute(parts: {
  readonly store: ResourceStore;
  readonly issuer: TokenIssuer;
  readonly limits: TokenRequestLimits;
}): Route {
  return {
    accepts: ({ method, resource }) =>
      method === 'POST' && resource?.plural === 'serviceaccounts' && resource.subresource === 'token',
    handle: async (exchange, { resource }) => {
      const { namespace = '', name = '' } = resource ?? {};
      const body = (await readJson(exchange)) as {
        readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly uid?: string };
        readonly spec?: TokenRequestSpec;
      };
      checkNames(body.metadata ?? {}, { namespace, name });
      const spec = body.spec ?? {};
      const granted = await grantToken(parts, { namespace, name, uid: body.metadata?.uid }, spec);
      const answer = {
        kind: 'TokenRequest',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { name, namespace, uid: randomUUID(), creationTimestamp: timestamp(exchange.now()) },
        spec: {
          audiences: granted.audiences,
          expirationSeconds: Math.max(1, Math.round(granted.lifetimeSeconds)),
          boundObjectRef: spec.boundObjectRef ?? null,
        },
        status: { token: granted.minted.token, expirationTimestamp: timestamp(granted.minted.expiresAt) },
      };
      exchange.sendJson(201, answer, granted.warning ? { warning: `299 - ${JSON.stringify(granted.warning)}` } : {});
    },
  };
}

function checkNames(
  body: { readonly name?: string; readonly namespace?: string },
  path: { readonly name: string; readonly namespace: string },
): void {
  for (const field of ['name', 'namespace'] as const) {
    if (body[field] && body[field] !== path[field]) {
      throw new StatusError(
        400,
        'BadRequest',
        `the ${field} of the provided object does not match the ${field} sent on the request`,
      );
    }
  }
}

// Whole seconds, as metav1.Time has them; a token of fractions keeps its own.
function timestamp(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.endsWith('.000Z') || ms % 1000 === 0 ? `${text.slice(0, 19)}Z` : text;
}
