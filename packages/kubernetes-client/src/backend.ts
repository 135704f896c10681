import type { Readable } from 'node:stream';
import type { CredentialSource } from '@kubefresh/core';
import type { Answer, Call, ClientParts, ExecAnswer, StockBackend } from './client-parts.ts';
import { type Dispatcher, exchange, openStream } from './exchange.ts';
import { exec } from './exec.ts';

/** A backend for `new Client({ backend })`, kept fresh. */
export interface FreshBackend extends StockBackend, AsyncDisposable {
  /** What the requests are authenticated with: its events and `status()` serve readiness probes. */
  readonly source: CredentialSource;
  /** Resolves once what is under way has ended and the connections are closed. Idempotent. */
  close(): Promise<void>;
}

/** What a backend works with. */
export interface BackendOptions {
  readonly source: CredentialSource;
  /** Of the API server; may have a path prefix. */
  readonly server: string;
  readonly dispatcher: Dispatcher;
  readonly close: () => Promise<void>;
}

/** Extends the client's own backend: what it makes of a call's answer (log and watch streams) stays the client's. */
export function createBackend({ Backend, WebSocket, stringify }: ClientParts, options: BackendOptions): FreshBackend {
  const { source, server, dispatcher, close } = options;
  const { origin, pathname: prefix } = new URL(server);

  class KubefreshBackend extends Backend implements FreshBackend {
    readonly source = source;
    readonly close = close;
    readonly [Symbol.asyncDispose] = close;

    override http(call: Call): Promise<Answer | ExecAnswer> | Readable {
      const path = pathOf(call);
      return call.stream ? openStream(dispatcher, origin, path, call) : this.#call(path, call);
    }

    async #call(path: string, call: Call): Promise<Answer | ExecAnswer> {
      const answer = await exchange(dispatcher, origin, path, call);
      if (needsUpgrade(answer.body)) {
        return exec({ WebSocket, source, url: origin + path, headers: call.headers ?? {} });
      }
      if (answer.statusCode < 200 || answer.statusCode > 299) throw failure(answer);
      return answer;
    }
  }

  function pathOf({ pathname, parameters, qs }: Call): string {
    const query = stringify(parameters ?? qs ?? {}, { indices: false });
    return `${prefix.replace(/\/+$/, '')}${pathname}${query === '' ? '' : `?${query}`}`;
  }

  // The stock constructor wants a KubeConfig. It opens nothing and knows no credential.
  const kubeconfig = {
    getCurrentContext: () => ({}),
    getCurrentCluster: () => ({ server }),
    getCurrentUser: () => null,
  };
  return new KubefreshBackend({ kubeconfig });
}

/** What the API server says to an exec or attach that comes without an upgrade; the client asks so first, always. */
function needsUpgrade(body: unknown): boolean {
  return isRecord(body) && body['code'] === 400 && body['message'] === 'Upgrade request required';
}

/** The error that the stock backend makes of a status. */
function failure({ statusCode, body }: Answer): Error {
  const message = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : String(body ?? statusCode);
  return Object.assign(new Error(message), { code: statusCode, statusCode });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
