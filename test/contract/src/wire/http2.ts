import { connect, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import type { World } from '../worlds/world.ts';
import { type Answer, clientCertificate, headersOf, payloadOf, type Question } from './send.ts';

/** An answer over HTTP/2, and whether the server then asked the client to leave the connection. */
export interface Http2Answer extends Answer {
  /** The error code of its GOAWAY; undefined if none came. */
  readonly goAway: number | undefined;
}

/** Sends one request over HTTP/2, on a connection of its own. */
export function sendOverHttp2(world: World, question: Question): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    let goAway: number | undefined;
    let headers: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
    let body = '';
    const session = connect(world.origin, { ca: world.ca, ...clientCertificate(world, question) });
    session.on('goaway', (code) => {
      goAway = code;
    });
    session.on('close', () => {
      const { ':status': status = 0, ...rest } = headers;
      resolve({ status, headers: rest, body, goAway });
    });
    session.on('error', reject);
    const stream = session.request({
      ':method': question.method ?? 'GET',
      ':path': question.path,
      ...headersOf(world, question),
    });
    stream.on('response', (received) => {
      headers = received;
    });
    stream.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    stream.on('end', () => {
      // A GOAWAY that is on its way arrives before the answer to this; without one the connection is ended here.
      if (!session.closed && !session.destroyed) session.ping(() => session.close());
    });
    stream.end(payloadOf(question));
  });
}
