import type { Authenticator } from './auth/authenticator.ts';
import { forbidden, refuseAnonymous, sendUnauthorized } from './auth/unauthorized.ts';
import { isAnonymous } from './auth/user.ts';
import type { FaultRegistry } from './faults/fault-registry.ts';
import type { Exchange } from './http/exchange.ts';
import type { Router } from './http/router.ts';
import { failure, StatusError } from './http/status.ts';
import { targetOf } from './http/target.ts';
import type { ResolvedOptions } from './options.ts';

const PLAIN_TEXT = { 'content-type': 'text/plain; charset=utf-8' };

/** The chain every request goes through, in the API server's order: faults on the way, who, may he, what. */
export class RequestHandler {
  readonly #faults: FaultRegistry;
  readonly #authenticator: Authenticator;
  readonly #router: Router;
  readonly #authorize: ResolvedOptions['authorize'];

  constructor(parts: {
    faults: FaultRegistry;
    authenticator: Authenticator;
    router: Router;
    authorize: ResolvedOptions['authorize'];
  }) {
    this.#faults = parts.faults;
    this.#authenticator = parts.authenticator;
    this.#router = parts.router;
    this.#authorize = parts.authorize;
  }

  /** Answers a request; every error ends as an answer. */
  async handle(exchange: Exchange): Promise<void> {
    try {
      await this.#answer(exchange);
    } catch (error) {
      if (exchange.response.headersSent) return exchange.cut();
      if (error instanceof StatusError) return exchange.sendStatus(error.status);
      // A path with a broken escape: Go's server answers so before any handler sees the request.
      if (error instanceof URIError) return exchange.send(400, '400 Bad Request', PLAIN_TEXT);
      exchange.sendStatus(failure(500, 'InternalError', `Internal error occurred: ${String(error)}`));
    }
  }

  async #answer(exchange: Exchange): Promise<void> {
    if (await this.#faults.meet('arrival', exchange)) return;
    if (await this.#faults.meet('credential', exchange)) return;
    const result = await this.#authenticator.authenticate(exchange.token);
    if ('rejection' in result) {
      exchange.refusedBecause(result.rejection);
      return sendUnauthorized(exchange);
    }
    exchange.user = result.user;
    exchange.warn(result.warning);
    const target = targetOf(exchange.facts.method, exchange.facts.path, exchange.facts.query);
    if (isAnonymous(exchange.user)) refuseAnonymous(exchange, target);
    if (await this.#faults.meet('handling', exchange)) return;
    const verdict = this.#authorize(exchange.user, target);
    if (verdict !== true) throw forbidden(target, exchange.user.username, verdict === '' ? '' : `: ${verdict}`);
    await this.#router.route(exchange, target);
  }
}
