import { discoveryRoute } from './api/discovery.ts';
import { healthRoute, versionRoute } from './api/health.ts';
import type { OpenWatches } from './api/open-watches.ts';
import { resourcesRoute } from './api/resources.ts';
import { Router } from './http/router.ts';
import type { ResourceStore } from './store/resource-store.ts';

/** What the answers are made of. */
interface RouterParts {
  readonly store: ResourceStore;
  readonly watches: OpenWatches;
}

/** All the server answers; the first that accepts a request handles it. */
export function createRouter({ store, watches }: RouterParts): Router {
  return new Router([healthRoute, versionRoute, discoveryRoute(store), resourcesRoute(store, watches)]);
}
