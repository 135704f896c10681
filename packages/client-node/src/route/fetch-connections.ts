import { setImmediate } from 'node:timers/promises';
import { createDispatcher } from '@kubefresh/core/undici';
import type { ClientCertificate } from '../exec/credential.ts';
import { askPlugin } from './ask-plugin.ts';
import { fromOfficial } from './from-official.ts';
import { LatePool } from './late-pool.ts';
import type { ConnectionParts } from './parts.ts';
import { scratchDispatcher } from './scratch.ts';
import { shadowOf } from './shadow.ts';
import { fixedCA } from './verifier.ts';

type Dispatcher = ReturnType<typeof createDispatcher>;

/** What requests go through, and what is to be closed: undici's `compose` makes an object that cannot be. */
interface Made {
  readonly through: Dispatcher;
  readonly certificate: ClientCertificate | undefined;
  close(): Promise<void>;
}

/** The connections of the official client's fetch, in 2.x; core's dispatcher, on what the client's own code makes. */
export class FetchConnections {
  readonly #parts: ConnectionParts;
  #made: Made | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** Where to send to, with the client certificate of now; the CA of now is the dispatcher's own affair. */
  current(): Dispatcher {
    const certificate = this.#parts.certificate();
    if (this.#made?.certificate === certificate && this.#made !== undefined) return this.#made.through;
    // Closes when what runs on it has ended.
    void this.close();
    this.#made = this.#make(certificate);
    return this.#made.through;
  }

  /** Resolves when all requests have ended and all sockets are closed. */
  async close(): Promise<void> {
    await this.#made?.close();
  }

  #make(certificate: ClientCertificate | undefined): Made {
    const { kubeConfig, methods, cluster, login, issued } = this.#parts;
    const createPool = (ca: string | undefined) => {
      const shadow = shadowOf(kubeConfig, { ...this.#parts, ca, certificate });
      const coming = scratchDispatcher(methods, shadow);
      return new LatePool(coming, login.slow && login.bearing ? askPlugin(this.#parts) : undefined).asDispatcher();
    };
    if (!login.bearing) {
      const pool = createPool(undefined) as Dispatcher;
      return { through: pool, certificate, close: () => pool.close() };
    }
    const ca = fixedCA(cluster);
    const dispatcher = createDispatcher({
      source: login.source,
      origins: [cluster.server],
      // Unverified, or plain http: the kubeconfig says so, and the official client follows it.
      allowInsecure: cluster.skipTLSVerify,
      createPool,
      // Where it is no file the source does not know it, and no error could name it.
      ...(ca === undefined ? {} : { ca }),
    });
    const through = dispatcher.compose(fromOfficial(issued));
    // What was sent in this turn of the event loop is on its way to the dispatcher still.
    return { through, certificate, close: () => setImmediate().then(() => dispatcher.close()) };
  }
}
