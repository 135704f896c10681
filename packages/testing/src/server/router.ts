import { healthRoute, versionRoute } from './api/health.ts';
import { resourcesRoute } from './api/resources.ts';
import { Router } from './http/router.ts';
import type { ResourceStore } from './store/resource-store.ts';

/** All the server answers; the first that accepts a request handles it. */
export function createRouter({ store }: { readonly store: ResourceStore }): Router {
  return new Router([healthRoute, versionRoute, resourcesRoute(store)]);
}
