import type { Exchange } from './exchange.ts';
import { unknownPath } from './status.ts';
import type { Target } from './target.ts';

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

  /** @throws {StatusError} 404 if no route accepts it. */
  async route(exchange: Exchange, target: Target): Promise<void> {
    const route = this.#routes.find((each) => each.accepts(target));
    if (!route) throw unknownPath();
    await route.handle(exchange, target);
  }
}
