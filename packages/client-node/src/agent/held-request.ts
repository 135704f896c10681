import type { ClientRequest } from 'node:http';

const HELD = ['write', 'end', 'flushHeaders', 'destroy'] as const;

/** How Node's agents tell a request that it gets no connection; its types know it with a socket only. */
type Unconnected = { onSocket(socket: null, error: Error | undefined): void };

/** A request of node:http that has no connection yet, nor all of its headers: what is done to it is done when it is let go. */
export class HeldRequest {
  readonly #request: ClientRequest;
  readonly #calls: (() => unknown)[] = [];
  #written = false;

  constructor(request: ClientRequest) {
    this.#request = request;
    Object.assign(request, {
      write: (chunk: unknown, ...rest: unknown[]) => {
        this.#written = true;
        this.#later('write', [kept(chunk), ...rest]);
        // Not before it is let go: a pipe waits for `drain`.
        return false;
      },
      end: (chunk?: unknown, ...rest: unknown[]) => this.#later('end', [kept(chunk), ...rest]),
      flushHeaders: () => this.#later('flushHeaders', []),
      destroy: (error?: Error) => this.fail(error),
    });
  }

  /** Goes on with `send`, then with what was done meanwhile; not where its owner has given it up. */
  letGo(send: () => void): void {
    if (this.#request.destroyed) return;
    this.#free();
    send();
    for (const call of this.#calls) call();
    if (this.#written) this.#request.emit('drain');
  }

  /** Ends it, for its owner or instead of letting it go. */
  fail(error: Error | undefined): ClientRequest {
    if (this.#request.destroyed) return this.#request;
    this.#free();
    this.#request.destroy(error);
    // Nobody else tells a request without a connection that it is over.
    (this.#request as unknown as Unconnected).onSocket(null, error);
    return this.#request;
  }

  #later(name: 'write' | 'end' | 'flushHeaders', args: unknown[]): ClientRequest {
    const request = this.#request as unknown as Record<string, (...args: unknown[]) => unknown>;
    this.#calls.push(() => request[name]?.(...args));
    return this.#request;
  }

  /** Node's own methods again. */
  #free(): void {
    for (const name of HELD) Reflect.deleteProperty(this.#request, name);
  }
}

/** A copy: the producer may use its buffer again as soon as it is handed over. */
function kept(chunk: unknown): unknown {
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : chunk;
}
