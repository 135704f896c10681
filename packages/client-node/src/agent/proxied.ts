/**
 * What lies behind a `proxy` subresource is a pod, a service or a kubelet, not the API server: a 401 from there says nothing
 * about our token. Source: the paths of `connect*Proxy` in the Kubernetes OpenAPI document.
 */
const PROXIED = /\/api\/v1\/(?:namespaces\/[^/]+\/(?:pods|services)\/[^/]+|nodes\/[^/]+)\/proxy(?:[/?]|$)/;

/** Whether `path` is served by a backend through the API server. */
export function isProxied(path: string): boolean {
  return PROXIED.test(path);
}
