import type { Dispatcher } from 'undici';
import { loadUndici } from '../../../src/undici/load.ts';

/** What is answered. */
export interface MemoryAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly json?: unknown;
}

/** A dispatcher of undici 8 without a socket: `answer` is the server, and `signal` tells it that the caller is gone. */
export function memoryDispatcher(
  answer: (options: Dispatcher.DispatchOptions, signal: AbortSignal) => Promise<MemoryAnswer>,
): Dispatcher {
  const { Dispatcher: Base } = loadUndici();
  class MemoryDispatcher extends Base {
    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      const controller = new Controller((reason) => handler.onResponseError?.(controller, reason));
      handler.onRequestStart?.(controller, {});
      answer(options, controller.signal).then(
        ({ status, headers = {}, json = {} }) => {
          if (controller.aborted) return;
          handler.onResponseStart?.(controller, status, { ...headers }, '');
          handler.onResponseData?.(controller, Buffer.from(JSON.stringify(json)));
          handler.onResponseEnd?.(controller, {});
        },
        (error) => {
          if (!controller.aborted) handler.onResponseError?.(controller, error);
        },
      );
      return true;
    }
  }
  return new MemoryDispatcher();
}

class Controller implements Dispatcher.DispatchController {
  readonly #fail: (reason: Error) => void;
  readonly #abort = new AbortController();
  readonly signal = this.#abort.signal;
  aborted = false;
  reason: Error | null = null;
  paused = false;

  constructor(fail: (reason: Error) => void) {
    this.#fail = fail;
  }

  abort(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#abort.abort(reason);
    this.#fail(reason);
  }

  pause(): void {}

  resume(): void {}
}

/** The value of the Authorization header, in whatever form the headers are. */
export function authorizationOf(headers: Dispatcher.DispatchOptions['headers']): string | undefined {
  const pairs = Array.isArray(headers)
    ? headers.flatMap((name, index) => (index % 2 === 0 ? [[String(name), String(headers[index + 1])] as const] : []))
    : Object.entries((headers ?? {}) as Record<string, string>);
  return pairs.find(([name]) => name.toLowerCase() === 'authorization')?.[1];
}
