import type { ClientRequest } from 'node:http';

/** Where an agent sends a request, by the options it is called with. */
export interface RequestPlace {
  readonly host?: string | null | undefined;
  readonly hostname?: string | null | undefined;
  readonly port?: number | string | null | undefined;
}

/** The one server, and the part of it, that may see the token: `https://10.0.0.1`, `https://host/k8s/clusters/c-1`. */
export class ServerPlace {
  readonly origin: string;
  readonly #prefix: string;
  readonly #host: string;
  readonly #port: number;

  constructor(server: string) {
    const url = new URL(server);
    this.origin = url.origin;
    this.#prefix = url.pathname.replace(/\/+$/, '');
    this.#host = url.hostname.replace(/^\[|\]$/g, '');
    this.#port = url.port === '' ? defaultPort(url.protocol) : Number(url.port);
  }

  /** Whether a request goes there, by scheme, host, port and path. */
  holds(request: ClientRequest, { host, hostname, port }: RequestPlace): boolean {
    const to = (hostname ?? host ?? 'localhost').toLowerCase().replace(/^\[|\]$/g, '');
    const toPort = Number(port || defaultPort(request.protocol));
    return (
      to === this.#host &&
      toPort === this.#port &&
      `${request.protocol}//` === this.origin.slice(0, request.protocol.length + 2) &&
      this.#holdsPath(request.path)
    );
  }

  #holdsPath(path: string): boolean {
    if (this.#prefix === '') return true;
    const next = path.charAt(this.#prefix.length);
    // A dot segment could lead out of the prefix again, on the server's side.
    return (
      path.startsWith(this.#prefix) &&
      (next === '' || next === '/' || next === '?') &&
      !/(?:\/|%2f)(?:\.|%2e){1,2}(?:\/|%2f|\?|$)/i.test(path)
    );
  }
}

function defaultPort(protocol: string): number {
  return protocol === 'http:' ? 80 : 443;
}
