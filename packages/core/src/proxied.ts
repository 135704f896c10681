/**
 * What lies behind a `proxy` subresource is a pod, a service or a kubelet, not the API server: a 401 from there says nothing
 * about our token. Names may hold a port and a scheme (`https:web:443`).
 * Source: the paths of `connect*Proxy` in the Kubernetes OpenAPI document.
 */
const PROXIED = /^\/api\/v1\/(?:namespaces\/[^/]+\/(?:pods|services)\/[^/]+|nodes\/[^/]+)\/proxy(?:[/?]|$)/;

/**
 * Whether `path` is served by a backend through the API server.
 *
 * @param path - The request's path, with or without a query.
 * @param prefix - The part of it that belongs to the server's address (Rancher), '' as a rule.
 */
export function isProxied(path: string, prefix: string): boolean {
  return PROXIED.test(prefix === '' ? path : path.slice(prefix.length));
}
