import type { Exchange } from './exchange.ts';
import type { Target } from './target.ts';

const PLAIN_TEXT = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

/** One thing the server answers. */
export interface Route {
  /** Whether this route answers the request. */
  accepts(target: Target): boolean;
  /** Answers it. A `StatusError` thrown before the head was sent becomes the answer. */
  handle(exchange: Exchange, target: Target): void | Promise<void>;
}

/** Hands a request to the first of its routes that accepts it. */
export class Router {
  readonly #routes: readonly Route[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes;
  }

  async route(exchange: Exchange, target: Target): Promise<void> {
    const route = this.#routes.find((each) => each.accepts(target));
    if (route) await route.handle(exchange, target);
    // What no part of the API server feels responsible for is answered by Go's `http.NotFound`.
    else exchange.send(404, '404 page not found\n', PLAIN_TEXT);
  }
}
