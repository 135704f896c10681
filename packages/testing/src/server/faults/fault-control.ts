import { systemClock } from '../../clock.ts';
import { type CannedAnswer, cutRule, respondRule, tooManyRequestsRule } from './answers.ts';
import { delay } from './delay.ts';
import type { Fault, FaultOptions, FaultOutcome } from './fault.ts';
import type { FaultRegistry } from './fault-registry.ts';
import { matcher, type RequestMatch } from './match.ts';
import { type RedirectTarget, redirectRule } from './redirect.ts';
import { type RefuseBody, refuseRule } from './refuse.ts';

/** The faults a server can be given while it runs: `server.faults`. Each acts from the next request on. */
export class FaultControl {
  readonly #registry: FaultRegistry;
  readonly #mintedAt: (jti: string) => number | undefined;

  /** @internal */
  constructor(registry: FaultRegistry, mintedAt: (jti: string) => number | undefined) {
    this.#registry = registry;
    this.#mintedAt = mintedAt;
  }

  /** What is on now. */
  get active(): readonly Fault[] {
    return this.#registry.active;
  }

  /** Switches everything off. */
  clear(): void {
    this.#registry.clear();
  }

  /**
   * Answers matching requests with a 401, past every cache. `body`: `status` (default) the real body, `endless` one that
   * never ends, `huge` one of 10 MB, `empty` none.
   */
  refuse(match?: RequestMatch, options: FaultOptions & { readonly body?: RefuseBody } = {}): Fault {
    return this.#registry.add('refuse', options, refuseRule(matcher(match), options.body));
  }

  /**
   * Refuses each token until `youngerThanMs` after it was minted, as a lagging API server does; older ones stay good.
   * `mintedAfter` (ms since the epoch) spares those of before.
   */
  refuseNewTokens(options: FaultOptions & { readonly youngerThanMs: number; readonly mintedAfter?: number }): Fault {
    const { youngerThanMs, mintedAfter = 0 } = options;
    const young = ({ jti }: { readonly jti?: string | undefined }) => {
      const minted = jti === undefined ? undefined : this.#mintedAt(jti);
      return minted !== undefined && minted >= mintedAfter && systemClock.now() - minted < youngerThanMs;
    };
    return this.#registry.add('refuseNewTokens', options, refuseRule(young));
  }

  /** Something on the way strips the credential: matching requests arrive as anonymous and get 403. */
  stripToken(match?: RequestMatch, options: FaultOptions = {}): Fault {
    const matches = matcher(match);
    return this.#registry.add('stripToken', options, {
      phase: 'credential',
      matches,
      act: (exchange): FaultOutcome => {
        exchange.stripToken();
        return 'goes on';
      },
    });
  }

  /** Holds matching requests back for `delayMs` before anything looks at them. */
  slow(match: RequestMatch | undefined, options: FaultOptions & { readonly delayMs: number }): Fault {
    return this.#registry.add('slow', options, {
      phase: 'arrival',
      matches: matcher(match),
      act: async (exchange): Promise<FaultOutcome> => {
        await delay(options.delayMs, exchange);
        return 'goes on';
      },
    });
  }

  /** Redirects matching requests: `to` is an origin, to which path and query are added, or makes the whole address. */
  redirect(match: RequestMatch | undefined, options: FaultOptions & RedirectTarget): Fault {
    return this.#registry.add('redirect', options, redirectRule(matcher(match), options));
  }

  /** Cuts the connection of matching requests without an answer. */
  cut(match?: RequestMatch, options: FaultOptions = {}): Fault {
    return this.#registry.add('cut', options, cutRule(matcher(match)));
  }

  /** Answers 429 with `Retry-After`, as priority and fairness does under load. Default one second. */
  tooManyRequests(match?: RequestMatch, options: FaultOptions & { readonly retryAfterSeconds?: number } = {}): Fault {
    return this.#registry.add(
      'tooManyRequests',
      options,
      tooManyRequestsRule(matcher(match), options.retryAfterSeconds),
    );
  }

  /** Answers matching, authenticated requests with this: a backend behind `…/proxy/…`, a webhook's 500, … */
  respond(match: RequestMatch | undefined, options: FaultOptions & CannedAnswer): Fault {
    return this.#registry.add('respond', options, respondRule(matcher(match), options));
  }

  /** No fault by itself: writes `name` into `faultsOn` of every entry until stopped. */
  label(name: string, options: FaultOptions = {}): Fault {
    return this.#registry.add(name, options);
  }
}
