import { discoveryRoute } from './api/discovery.ts';
import { healthRoute, versionRoute } from './api/health.ts';
import { issuerDiscoveryRoute } from './api/issuer-discovery.ts';
import type { OpenWatches } from './api/open-watches.ts';
import { podLogsRoute } from './api/pod-logs.ts';
import { podStreamsRoute } from './api/pod-streams.ts';
import { resourcesRoute } from './api/resources.ts';
import { selfSubjectAccessReviewRoute, selfSubjectReviewRoute, tokenReviewRoute } from './api/reviews.ts';
import { tokenRequestRoute } from './api/token-requests.ts';
import type { Authenticator } from './auth/authenticator.ts';
import type { SigningKeys } from './auth/signing-keys.ts';
import type { TokenIssuer } from './auth/token-issuer.ts';
import { Router } from './http/router.ts';
import type { ResolvedOptions } from './options.ts';
import type { ResourceStore } from './store/resource-store.ts';
import type { PodStreams } from './streams/pod-streams.ts';

/** What the answers are made of. */
export interface RouterParts {
  readonly store: ResourceStore;
  readonly pods: PodStreams;
  readonly watches: OpenWatches;
  readonly keys: SigningKeys;
  readonly issuer: TokenIssuer;
  readonly authenticator: Authenticator;
  readonly options: ResolvedOptions;
  readonly origin: () => string;
}

/** All the server answers; the first that accepts a request handles it. */
export function createRouter(parts: RouterParts): Router {
  const { store, pods, watches, keys, issuer, authenticator, options, origin } = parts;
  return new Router([
    healthRoute,
    versionRoute,
    issuerDiscoveryRoute({ issuer: issuer.issuer, keys, origin }),
    discoveryRoute(store, origin),
    tokenRequestRoute({ store, issuer, limits: options }),
    tokenReviewRoute(authenticator),
    selfSubjectReviewRoute,
    selfSubjectAccessReviewRoute(options.authorize),
    podLogsRoute(store, pods),
    podStreamsRoute(store, pods),
    resourcesRoute(store, watches),
  ]);
}
