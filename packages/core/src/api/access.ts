import type { Dispatcher } from 'undici';
import type { Cluster } from '../cluster.ts';
import { InvalidOptionError } from '../errors.ts';
import { OriginList } from '../origins.ts';
import type { CredentialSource } from '../source/types.ts';

/**
 * Which API server to talk to, and as whom: a `cluster`; or a `source` and the `origin` it is for; or an `origin` and a
 * `dispatcher` that authenticates by itself (a client certificate, for instance).
 */
export interface ApiAccess {
  /** What `inCluster()` returned. Nothing else is needed then. */
  readonly cluster?: Cluster;
  /** Whose token is sent. Not closed by us. */
  readonly source?: CredentialSource;
  /** The API server, e.g. `https://10.0.0.1:443`, with a path prefix where it has one (Rancher's `/k8s/clusters/c-1`). */
  readonly origin?: string;
  /**
   * The undici dispatcher to send through, 7 or 8; with a `source`, its token is added. Not closed by us. Default: one of our own
   * (see `createDispatcher`), which verifies the server with the source's CA.
   */
  readonly dispatcher?: Dispatcher;
  /** Accept an `http:` origin, where everybody on the way can read the tokens. Default false. */
  readonly allowInsecure?: boolean;
}

/** Access that was checked. */
export interface ResolvedAccess {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What comes before `/api` in each path; '' as a rule. */
  readonly prefix: string;
  /** All that the source's token may be sent to. */
  readonly origins: readonly string[];
  readonly source: CredentialSource | undefined;
  readonly dispatcher: Dispatcher | undefined;
  readonly allowInsecure: boolean;
}

/**
 * Checks access options.
 * @throws InvalidOptionError naming the option; InsecureTransportError for an http origin without `allowInsecure`.
 */
export function resolveAccess(access: ApiAccess): ResolvedAccess {
  const { cluster, dispatcher, allowInsecure = false } = access;
  if (cluster !== undefined && !isCluster(cluster)) {
    throw new InvalidOptionError(
      'cluster',
      `cluster is ${describe(cluster)}, not what inCluster() returns. For a kubeconfig file use the KubeConfig of ` +
        "@kubefresh/client-node, or give 'origin' and a 'dispatcher' that authenticates, or 'origin' and a 'source'.",
    );
  }
  const source = access.source ?? cluster?.source;
  const base = access.origin ?? cluster?.origin;
  if (base === undefined || (source === undefined && dispatcher === undefined)) {
    throw new InvalidOptionError(
      base === undefined ? 'origin' : 'source',
      "Say which API server to ask and as whom: 'cluster' (from inCluster()), or 'source' and 'origin', or 'dispatcher' and 'origin'.",
    );
  }
  const url = URL.parse(base);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new InvalidOptionError(
      'origin',
      `origin is ${JSON.stringify(base)}, which is no http(s) URL; give something like 'https://10.0.0.1:443'.`,
    );
  }
  const origins = access.origin === undefined && cluster !== undefined ? cluster.origins : [base];
  // It throws for what may not see a token.
  new OriginList(origins, { allowInsecure });
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, ''), origins, source, dispatcher, allowInsecure };
}

function isCluster(value: unknown): value is Cluster {
  return typeof value === 'object' && value !== null && 'origin' in value && 'origins' in value && 'source' in value;
}

/** Names a value of the wrong kind without showing what is inside it. */
function describe(value: unknown): string {
  return typeof value === 'string' ? `the text ${JSON.stringify(value)}` : `a value of type ${typeof value}`;
}
