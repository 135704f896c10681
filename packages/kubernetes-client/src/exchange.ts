import { PassThrough, type Readable } from 'node:stream';
import type { createDispatcher } from '@kubefresh/core/undici';
import type { Answer, Call } from './client-parts.ts';

/** A dispatcher as core makes them: it has the token, the CA, and sends once more after a 401. */
export type Dispatcher = ReturnType<typeof createDispatcher>;
type RequestOptions = Parameters<Dispatcher['request']>[0];

/** Sends a call and reads the whole answer. Resolves whatever the status is. */
export async function exchange(dispatcher: Dispatcher, origin: string, path: string, call: Call): Promise<Answer> {
  const { statusCode, body } = await dispatcher.request(requestOf(origin, path, call));
  const text = await body.text();
  return { statusCode, body: call.json === false ? text : parse(text) };
}

/** The body of a response while it comes; `abort()` ends it, as the stock backend's streams have it. */
class ResponseStream extends PassThrough {
  abort(): void {
    this.destroy();
  }
}

/**
 * Sends a call and answers at once with a stream of the response's body, whatever the status is. Emits `response` with
 * `{ statusCode, headers }` before the first byte.
 */
export function openStream(dispatcher: Dispatcher, origin: string, path: string, call: Call): Readable {
  const stream = new ResponseStream();
  const aborting = new AbortController();
  stream.once('close', () => aborting.abort());
  const options = { ...requestOf(origin, path, call), signal: aborting.signal };
  dispatcher
    .stream(options, ({ statusCode, headers }) => {
      stream.emit('response', { statusCode, headers });
      return stream;
    })
    .catch((error: Error) => stream.destroy(error));
  return stream;
}

function requestOf(origin: string, path: string, call: Call): RequestOptions {
  const { method, body, headers, json = true } = call;
  return {
    origin,
    path,
    method: method as RequestOptions['method'],
    headers: { ...(json ? jsonHeaders(body) : {}), ...lowerCased(headers) },
    // Without json the stock backend takes text and bytes only, too.
    body: json ? (body === undefined ? null : JSON.stringify(body)) : ((body as string | Buffer | undefined) ?? null),
  };
}

function jsonHeaders(body: unknown): Record<string, string> {
  const accept = { accept: 'application/json' };
  return body === undefined ? accept : { ...accept, 'content-type': 'application/json' };
}

/** In one spelling, so that a caller's own header takes the place of ours. */
function lowerCased(headers: Call['headers'] = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
