import http2 from 'node:http2';
import https from 'node:https';
import type { MintedToken, TestApiServer } from '@kubefresh/testing';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the body of an answer has the shape that the test expects of it
  readonly json: any;
}

export interface CallOptions {
  readonly token?: MintedToken | string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ca?: string;
}

/** One request over HTTP/1.1, on a connection of its own. */
export function call(server: TestApiServer, path: string, options: CallOptions = {}): Promise<Answer> {
  const body = options.body === undefined ? undefined : bodyOf(options.body);
  return new Promise((resolve, reject) => {
    const request = https.request(new URL(path, server.url), {
      ca: options.ca ?? server.caBundle,
      agent: false,
      method: options.method ?? 'GET',
      // Node sends the body of a DELETE without saying that there is one.
      headers: {
        ...headersOf(options),
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve(answer(response.statusCode ?? 0, response.headers as Record<string, string>, text)),
      );
    });
    request.end(body);
  });
}

/** One request over an HTTP/2 session. */
export function callHttp2(session: http2.ClientHttp2Session, path: string, options: CallOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ...headersOf(options), ':path': path, ':method': options.method ?? 'GET' });
    let head: http2.IncomingHttpHeaders = {};
    let text = '';
    stream.setEncoding('utf8');
    stream.on('response', (headers) => {
      head = headers;
    });
    stream.on('data', (chunk) => {
      text += chunk;
    });
    stream.on('error', reject);
    stream.on('end', () => resolve(answer(Number(head[':status']), head as Record<string, string>, text)));
    stream.end(options.body === undefined ? undefined : bodyOf(options.body));
  });
}

export function connect(server: TestApiServer): http2.ClientHttp2Session {
  return http2.connect(server.origin, { ca: server.caBundle });
}

/** An open watch, line by line. */
export function watch(server: TestApiServer, path: string, token: MintedToken) {
  const request = https.get(new URL(path, server.url), {
    ca: server.caBundle,
    agent: false,
    headers: headersOf({ token }),
  });
  return {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    async *[Symbol.asyncIterator](): AsyncGenerator<any, void, undefined> {
      const response = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
        request.on('response', resolve);
        request.on('error', reject);
      });
      let rest = '';
      for await (const chunk of response) {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line);
      }
    },
    stop: () => request.destroy(),
  };
}

function headersOf({ token, headers }: CallOptions): Record<string, string> {
  const text = typeof token === 'string' ? token : token?.token;
  return { ...(text !== undefined && { authorization: `Bearer ${text}` }), ...headers };
}

function bodyOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function answer(status: number, headers: Record<string, string>, text: string): Answer {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every answer is JSON.
  }
  return { status, headers, text, json };
}
