import { type Clock, systemClock } from '../clock.ts';
import { TestingError } from '../errors.ts';
import type { User } from './auth/user.ts';
import type { Target } from './http/target.ts';

/** How `startApiServer` starts. Everything has the real server's default. */
export interface ApiServerOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Offers HTTP/2 to clients that ask for it. Default true. */
  readonly http2?: boolean;
  /** `iss` of its tokens. Default `https://kubernetes.default.svc.cluster.local`. */
  readonly issuer?: string;
  /** The audiences it takes tokens for. Default: the issuer alone. */
  readonly audiences?: readonly string[];
  /** Grace on exp, nbf and iat, in seconds. Default 60, as go-jose has it. 0 judges to the millisecond. */
  readonly leewaySeconds?: number;
  /** How long a success is remembered, in seconds. Default 10, as the real server; 0 judges every request. */
  readonly successCacheSeconds?: number;
  /** Where it takes its time from. Default: the machine's clock. */
  readonly clock?: Clock;
  /** The shortest life a TokenRequest may ask for, in seconds. Default 600, as in every cluster. */
  readonly minTokenExpirationSeconds?: number;
  /** The longest life a TokenRequest is given, in seconds; more is shortened, with a Warning. Default: no bound. */
  readonly maxTokenExpirationSeconds?: number;
  /** Whether pod-bound tokens of 3607 s live a year with a `warnafter`. Default true, as in every cluster. */
  readonly extendTokenExpiration?: boolean;
  /**
   * How many times faster than real ones the tokens age that are requested (by TokenRequest or kubelet). Default 1; at
   * 600 the hour of a pod's token passes in 6 s.
   */
  readonly timeScale?: number;
  /** Further DNS names and addresses in its certificate. */
  readonly names?: readonly string[];
  /**
   * Decides what an authenticated user may do; a text is the reason of a 403. Default: everything. (Anonymous gets 403
   * everywhere but on health checks and version, as in a default cluster.)
   */
  readonly authorize?: (user: User, target: Target) => true | string;
}

/** The options with every default filled in. */
export type ResolvedOptions = Required<ApiServerOptions>;

const LONGEST = 'maxTokenExpirationSeconds';
const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** @throws {TestingError} `ERR_KUBEFRESH_TESTING_INVALID_OPTION` */
export function resolveOptions(options: ApiServerOptions): ResolvedOptions {
  const issuer = options.issuer ?? ISSUER;
  const { [LONGEST]: longest = Number.POSITIVE_INFINITY } = options;
  return {
    port: numberIn('port', options.port ?? 0, 0, 65_535),
    host: options.host ?? '127.0.0.1',
    http2: options.http2 ?? true,
    issuer,
    audiences: options.audiences ?? [issuer],
    leewaySeconds: numberIn('leewaySeconds', options.leewaySeconds ?? 60, 0),
    successCacheSeconds: numberIn('successCacheSeconds', options.successCacheSeconds ?? 10, 0),
    minTokenExpirationSeconds: numberIn('minTokenExpirationSeconds', options.minTokenExpirationSeconds ?? 600, 0),
    maxTokenExpirationSeconds: longest === Number.POSITIVE_INFINITY ? longest : numberIn(LONGEST, longest, 0),
    extendTokenExpiration: options.extendTokenExpiration ?? true,
    timeScale: numberIn('timeScale', options.timeScale ?? 1, 0.001),
    clock: options.clock ?? systemClock,
    names: options.names ?? [],
    authorize: options.authorize ?? (() => true),
  };
}

function numberIn(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (value >= least && value <= most) return value;
  throw new TestingError(
    'ERR_KUBEFRESH_TESTING_INVALID_OPTION',
    `startApiServer(): ${name} must be a number from ${least} on${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}, got ${value}`,
  );
}
