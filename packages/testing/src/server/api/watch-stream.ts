import { systemClock } from '../../clock.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Collection } from '../store/collection.ts';
import { apiVersionOf, type WatchEvent } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';

/** The sending end of one open watch. */
export class WatchStream {
  readonly #exchange: Exchange;
  readonly #collection: Collection;
  readonly #store: ResourceStore;

  constructor(exchange: Exchange, collection: Collection, store: ResourceStore) {
    this.#exchange = exchange;
    this.#collection = collection;
    this.#store = store;
  }

  onClose(cleanUp: () => void): void {
    if (this.#exchange.gone) cleanUp();
    else this.#exchange.response.once('close', cleanUp);
  }

  send(event: WatchEvent | undefined): void {
    if (event) this.write(event.type, event.object);
  }

  write(type: string, object: unknown): void {
    if (!this.#exchange.gone) this.#exchange.write(`${JSON.stringify({ type, object })}\n`);
  }

  bookmark(annotations?: Record<string, string>): void {
    const { kind } = this.#collection.type;
    this.write('BOOKMARK', {
      kind,
      apiVersion: apiVersionOf(this.#collection.type),
      metadata: {
        resourceVersion: String(this.#store.version),
        ...(annotations && { annotations }),
      },
    });
  }

  bookmarkEvery(ms: number): void {
    let cancel: () => void;
    const next = () => {
      cancel = systemClock.after(ms, () => {
        this.bookmark();
        next();
      });
    };
    next();
    this.onClose(() => cancel());
  }

  end(): void {
    this.#exchange.end();
  }
}
