import type { RequestOptions } from 'node:https';

/** Tells whom requests are for; it remembers the last answer, as requests to one server come in rows. */
export class RequestOrigin {
  #host = '';
  #port: RequestOptions['port'];
  #origin = '';

  /**
   * The origin of a request, or undefined for one to a socket's path: whoever listens there is not who the URL names.
   *
   * @param agent - The agent's options, which count more by being there, as where Node merges the two.
   */
  of(request: RequestOptions, agent: RequestOptions): string | undefined {
    const options = saysWhom(agent) ? { ...request, ...agent } : request;
    if (options.socketPath) return undefined;
    const host = options.host ?? options.hostname ?? 'localhost';
    const port = options.port ?? agent.defaultPort ?? options.defaultPort ?? 443;
    if (host !== this.#host || port !== this.#port) {
      this.#host = host;
      this.#port = port;
      this.#origin = `https://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
    }
    return this.#origin;
  }
}

/** Seldom: an agent is for many servers. Of `defaultPort`, which each has, is taken care above. */
function saysWhom(options: RequestOptions): boolean {
  return 'socketPath' in options || 'host' in options || 'hostname' in options || 'port' in options;
}
