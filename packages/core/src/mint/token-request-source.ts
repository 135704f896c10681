import type { ApiAccess } from '../api/access.ts';
import { ApiConnection } from '../api/connection.ts';
import { type Clock, systemClock } from '../clock.ts';
import { SourceHandle } from '../source/handle.ts';
import type { CredentialSource } from '../source/types.ts';
import { MintEngine } from './mint-engine.ts';
import { TokenRequester } from './requester.ts';
import { checkSpec, copyOf, placeOf, type TokenSpec } from './spec.ts';

/** Options of `tokenRequestSource`. */
export interface TokenRequestSourceOptions extends ApiAccess, TokenSpec {
  /** Where time comes from. Default: the machine's clocks. */
  readonly clock?: Clock;
}

/**
 * A source whose tokens the TokenRequest API makes: of any account whose `serviceaccounts/token` may be created, for any
 * audience, without a volume.
 *
 * The first token is asked for at once, in the background: `ready()` waits for it, and `current()` throws
 * CredentialUnavailableError until then. The next one is asked for by the kubelet's rule (at 80 % of the life or 24 h, up to 10 s
 * earlier); the old one serves meanwhile, as long as it is valid. A request that fails is a `fault` (TokenRequestError) and is
 * repeated after 1 to 60 s, or as `Retry-After` says; one that will fail until somebody acts (a missing permission) is a process
 * warning too, and `ready()` goes on waiting. Its life ends at `status.expirationTimestamp`, not at `exp`, which can be
 * a year later. Credentials have the CA of the source that asks.
 *
 * It never keeps the process alive, except while somebody waits for the first token or a request is under way. `close()` ends
 * what it opened: its timer and its connection, not the cluster's source.
 *
 * @throws InvalidOptionError naming the option; InsecureTransportError for an http origin without `allowInsecure`.
 */
export function tokenRequestSource(options: TokenRequestSourceOptions): CredentialSource {
  const { clock = systemClock } = options;
  const connection = new ApiConnection(options);
  checkSpec(options, connection.source !== undefined);
  const spec = copyOf(options);
  const requester = new TokenRequester(connection, clock);
  const engine = new MintEngine({
    clock,
    place: placeOf(spec),
    request: () => requester.request(spec),
    parent: connection.source,
    onRelease: () => {
      engine.close();
      void connection.close();
    },
  });
  return new SourceHandle(engine, 'source');
}
