import { connect } from 'node:http2';
import type { Shape } from './shape.ts';
import type { World } from './world.ts';

/** One GET over HTTP/2: the answer, and whether the server then bids the connection farewell. */
export function getOverHttp2(world: World, path: string, authorization: string): Promise<Shape> {
  return new Promise((resolve, reject) => {
    const shape = new Map<string, string>();
    const session = connect(world.origin, { ca: world.ca });
    session.on('goaway', (code) => shape.set('GOAWAY', String(code)));
    session.on('close', () => resolve(shape));
    session.on('error', reject);
    const stream = session.request({ ':path': path, authorization, accept: 'application/json' });
    stream.on('response', (headers) => {
      for (const name of [':status', 'content-type', 'www-authenticate']) {
        if (headers[name] !== undefined) shape.set(name, String(headers[name]));
      }
    });
    let body = '';
    stream.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    stream.on('end', () => {
      shape.set('body', body);
      // What the server does not close by itself is closed here.
      session.close();
    });
  });
}
