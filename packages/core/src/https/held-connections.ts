import type { ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { systemClock } from '../clock.ts';

/**
 * How long a new connection is held back from its request, ms. A handshake takes 2 to 20, ten times as long when a new CA has
 * all clients connect anew. Where a server does not answer it at all, `setTimeout()` of a request takes effect so much later.
 */
export const HELD_FOR = 500;

/** How an agent is given a connection, or is told why there is none. */
export type Callback = (error: Error | null, connection: Duplex) => void;

/** What there is instead of a connection, beside an error. */
const NONE = undefined as unknown as Duplex;

/**
 * New connections that their requests have not got yet: as long as none of a request is sent, another connection can take the
 * place of one whose server could not be verified.
 */
export class HeldConnections {
  readonly #held = new Set<() => void>();

  /**
   * Hands `socket`, a TLS connection, to `callback` once its server is verified; after HELD_FOR, and when `request` is
   * destroyed, as it is.
   *
   * @param again - Makes another one when it has failed before; answers undefined where that is of no use. Never rejects.
   */
  hold(
    request: ClientRequest,
    socket: Duplex,
    callback: Callback,
    again: (error: Error) => Promise<Duplex | undefined>,
  ): void {
    let failure: Error | undefined;
    let over = false;
    const { destroy } = request;
    // Without a connection a request says nothing of its end, so that nobody would take the token out of it.
    const destroyAll: typeof destroy = (reason) => {
      destroy.call(request, reason);
      if (failure !== undefined) end(reason ?? failure, NONE);
      else if (!over) end(null, socket.destroy(reason));
      return request;
    };
    const end = (error: Error | null, connection: Duplex): void => {
      if (over) return;
      over = true;
      cancel();
      this.#held.delete(release);
      socket.off('secureConnect', release);
      if (request.destroy === destroyAll) Reflect.deleteProperty(request, 'destroy');
      callback(error, connection);
    };
    const release = (): void => (failure === undefined ? end(null, socket) : end(failure, NONE));
    const cancel = systemClock.schedule(release, HELD_FOR, { hold: true });
    request.destroy = destroyAll;
    this.#held.add(release);
    socket.once('secureConnect', release);
    // It stays: a request listens from the tick on after it was given a connection.
    socket.on('error', async (error) => {
      if (over || failure !== undefined) return;
      failure = error;
      cancel();
      const other = await again(error);
      if (over) other?.destroy();
      else if (other === undefined) end(error, NONE);
      else end(null, other);
    });
  }

  /** Hands over all that are held, as they are. */
  release(): void {
    for (const release of this.#held) release();
  }
}
