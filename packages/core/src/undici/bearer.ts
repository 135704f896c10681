import type { Dispatcher } from 'undici';
import { OriginList } from '../origins.ts';
import type { CredentialSource } from '../source/types.ts';
import { inject } from './inject.ts';
import { Line, MAX_REPLAY_BYTES } from './line.ts';

/** Options of `bearer()`. */
export interface BearerOptions {
  /**
   * Who may see the token: origins (`https://10.0.0.1:443`) or origins with a path prefix (`https://host/k8s/clusters/c-1`).
   * A request to anywhere else, by a redirect too, goes without it. `inCluster().origins` is such a list.
   */
  readonly origins: readonly string[];
  /**
   * How much of a request body that can be read only once (a stream, a generator, any body of `fetch`) is kept until the
   * API server has accepted the token, bytes for each request. A longer body is not sent again: its 401 goes to the caller.
   * Default 3 MiB, the most that the API server takes; 0 keeps nothing. All requests of one interceptor together keep at most
   * 16 MiB, whatever is set here (five bodies of 3 MiB at once, in a pod that may have 64 MiB of memory): those that find none
   * left are sent, but not again.
   */
  readonly maxReplayBytes?: number;
  /** Accept `http:` in `origins`, where everybody on the way can read the token. Default false. */
  readonly allowInsecure?: boolean;
}

/**
 * An interceptor for undici 7 and 8 that sends the source's token with every request to `origins`, and sends a request once
 * more when the API server answered 401 and the source has a better credential.
 *
 * Compose it outermost, except for retry: `new Agent().compose(bearer(source, { origins }), interceptors.retry())`. The
 * caller's own Authorization is never replaced. CA rotation is `createDispatcher()`'s: here the Agent is yours.
 *
 * A request fails with CredentialUnavailableError while the source never held a credential.
 *
 * @throws InvalidOptionError naming the option; InsecureTransportError: see `allowInsecure`.
 */
export function bearer(source: CredentialSource, options: BearerOptions): Dispatcher.DispatcherComposeInterceptor {
  const { origins, maxReplayBytes = MAX_REPLAY_BYTES, allowInsecure } = options;
  const line = new Line(source, new OriginList(origins, { allowInsecure }), maxReplayBytes);
  return (dispatch) => {
    const transport = {
      line,
      send: (request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => dispatch(request, handler),
    };
    // compose() of undici insists on a function of exactly two parameters.
    return (request, handler) => inject(transport, dispatch, request, handler);
  };
}
