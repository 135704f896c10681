import type { Authenticator } from '../auth/authenticator.ts';
import { NoToken, Rejection } from '../auth/rejection.ts';
import type { User } from '../auth/user.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Route } from '../http/router.ts';
import { methodNotAllowed, StatusError } from '../http/status.ts';
import type { Target, Verb } from '../http/target.ts';
import type { ResolvedOptions } from '../options.ts';
import { apiVersionOf } from '../store/objects.ts';
import { type ExpectedKind, readKind } from './input.ts';

const AUTHENTICATION = { group: 'authentication.k8s.io', version: 'v1' } as const;
const TOKEN_REVIEW = { ...AUTHENTICATION, kind: 'TokenReview', plural: 'tokenreviews' } as const;
const SELF_REVIEW = { ...AUTHENTICATION, kind: 'SelfSubjectReview', plural: 'selfsubjectreviews' } as const;
const ACCESS_REVIEW = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
} as const;

/** `POST …/tokenreviews`: whose is this token, and for which of these audiences? */
export function tokenReviewRoute(authenticator: Authenticator): Route {
  return reviewRoute(TOKEN_REVIEW, async (_exchange, body) => {
    const spec = (body['spec'] ?? {}) as { readonly token?: string; readonly audiences?: readonly string[] };
    if (!spec.token) throw new StatusError(400, 'BadRequest', 'token is required for TokenReview in authentication');
    const status = await review(authenticator, spec.token, spec.audiences);
    return { metadata: {}, spec, status };
  });
}

/** What every authenticator says of a token that it does not take. */
const REFUSED = 'invalid bearer token';

async function review(authenticator: Authenticator, token: string, audiences?: readonly string[]): Promise<unknown> {
  try {
    const verified = await authenticator.review(token, audiences?.length ? audiences : undefined);
    return { authenticated: true, user: verified.user, audiences: verified.audiences };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { user: {}, error: error instanceof NoToken ? REFUSED : `[${REFUSED}, ${error.message}]` };
  }
}

/** `POST …/selfsubjectreviews`: who am I? */
export const selfSubjectReviewRoute: Route = reviewRoute(SELF_REVIEW, (exchange) => {
  const status = { userInfo: exchange.user };
  const metadata = { creationTimestamp: `${new Date(exchange.now()).toISOString().slice(0, 19)}Z` };
  return { metadata, status };
});

/** `POST …/selfsubjectaccessreviews`: may I? Answered by the server's `authorize` option. */
export function selfSubjectAccessReviewRoute(authorize: ResolvedOptions['authorize']): Route {
  return reviewRoute(ACCESS_REVIEW, (exchange, body) => {
    const spec = (body['spec'] ?? {}) as AccessReviewSpec;
    const verdict = authorize(exchange.user satisfies User, targetOfReview(spec));
    const status = verdict === true ? { allowed: true } : { allowed: false, ...(verdict && { reason: verdict }) };
    return { metadata: {}, spec, status };
  });
}

interface AccessReviewSpec {
  readonly resourceAttributes?: {
    readonly verb?: Verb;
    readonly group?: string;
    readonly version?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
}

function targetOfReview({ resourceAttributes, nonResourceAttributes }: AccessReviewSpec): Target {
  const { path = '', verb = 'get' } = nonResourceAttributes ?? {};
  const target = { path, method: verb.toUpperCase(), query: new URLSearchParams() };
  if (!resourceAttributes) return target;
  const { resource: plural = '', group = '', version = 'v1', verb: resourceVerb = 'get', ...rest } = resourceAttributes;
  return { ...target, resource: { verb: resourceVerb, group, version, plural, ...rest } };
}

/** A question that is asked by creating it: the answer is the same object with its status. */
function reviewRoute(
  type: ExpectedKind & { readonly plural: string },
  answer: (exchange: Exchange, body: Record<string, unknown>) => object | Promise<object>,
): Route {
  const { group, plural, kind } = type;
  return {
    accepts: ({ resource }) => resource?.group === group && resource.plural === plural && resource.name === undefined,
    handle: async (exchange, { resource }) => {
      if (resource?.verb !== 'create') throw methodNotAllowed();
      const body = await readKind(exchange, type);
      exchange.sendJson(201, { kind, apiVersion: apiVersionOf(type), ...(await answer(exchange, body)) });
    },
  };
}
