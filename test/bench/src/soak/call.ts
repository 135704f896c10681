import type { EventEmitter } from 'node:events';
import { type Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { Dispatcher } from 'undici';

/** Gets this pod; rejects with whatever is no success. */
export type Call = (pod: string) => Promise<unknown>;

/** The ways in which one process of the soak sends its requests. */
export interface SoakWays {
  /** By name; they are taken in turn. */
  readonly calls: Readonly<Record<string, Call>>;
  /** Whose listeners are counted. */
  readonly emitters: readonly (EventEmitter | object)[];
  /** The one signal that all requests get. */
  readonly signal: AbortSignal;
  /** What their tokens are in the heap, where they are objects. */
  readonly tokens: object | undefined;
}

/** Where a pod is found. */
export const pathOf = (pod: string) => `/api/v1/namespaces/default/pods/${pod}`;

/** One request by a dispatcher. */
export async function callBy(
  dispatcher: Dispatcher,
  origin: string,
  pod: string,
  options: { readonly signal: AbortSignal; readonly headers?: Record<string, string> },
): Promise<void> {
  const { statusCode, body } = await dispatcher.request({ origin, path: pathOf(pod), method: 'GET', ...options });
  await body.dump();
  expectSuccess(statusCode);
}

/** One request by node:https. */
export async function callByAgent(url: string, options: RequestOptions & { readonly agent: HttpsAgent }) {
  await new Promise<void>((resolve, reject) => {
    const outgoing = httpsRequest(url, options, (response) => {
      buffer(response)
        .then(() => {
          expectSuccess(response.statusCode);
          resolve();
        })
        .catch(reject);
    });
    outgoing.once('error', reject).end();
  });
}

/** @throws Error that says the status, if it is not 200. */
export function expectSuccess(status: number | undefined): void {
  if (status !== 200) throw new Error(`status ${status}`);
}
