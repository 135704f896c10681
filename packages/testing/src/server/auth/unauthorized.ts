import type { Exchange } from '../http/exchange.ts';
import { StatusError, UNAUTHORIZED } from '../http/status.ts';
import type { Target } from '../http/target.ts';
import { ANONYMOUS } from './user.ts';

/**
 * The real 401: no WWW-Authenticate, no reason. Over HTTP/2 the connection is then closed gracefully (GOAWAY), which
 * the API server does since 1.29 (`UnauthenticatedHTTP2DOSMitigation`).
 */
export function sendUnauthorized(exchange: Exchange): void {
  exchange.sendStatus(UNAUTHORIZED);
  exchange.goAway();
}

// `system:public-info-viewer` and the health checks: what anonymous may read in a default cluster.
const PUBLIC_PATHS = /^\/(healthz|livez|readyz|version)(\/|$)/;

/**
 * Lets a request without a credential see the few public paths. Over HTTP/2 its connection ends with the answer.
 *
 * @throws {StatusError} 403 for all other paths
 */
export function refuseAnonymous(exchange: Exchange, target: Target): void {
  exchange.goAway();
  if (PUBLIC_PATHS.test(target.path)) return;
  throw forbidden(target, ANONYMOUS.username);
}

/** 403 as RBAC words it. */
export function forbidden(target: Target, username: string, reason = ''): StatusError {
  const user = JSON.stringify(username);
  const { resource } = target;
  if (!resource) {
    const message = `forbidden: User ${user} cannot ${target.method.toLowerCase()} path ${JSON.stringify(target.path)}${reason}`;
    return new StatusError(403, 'Forbidden', message, {});
  }
  const { verb, group, plural, subresource, namespace, name } = resource;
  const kind = group === '' ? plural : `${plural}.${group}`;
  const what = subresource ? `${plural}/${subresource}` : plural;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const subject = name === undefined ? kind : `${kind} ${JSON.stringify(name)}`;
  const message = `${subject} is forbidden: User ${user} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${scope}${reason}`;
  return new StatusError(403, 'Forbidden', message, {
    ...(name && { name }),
    ...(group !== '' && { group }),
    kind: plural,
  });
}
