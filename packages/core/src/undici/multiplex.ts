import type { Agent, buildConnector, Client, Dispatcher, Pool } from 'undici';
import type { Undici } from './load.ts';

/** Streams of one HTTP/2 connection at most; undici's own default for `maxConcurrentStreams`. */
const STREAMS = 100;

/**
 * Makes an Agent's pools so that a request does not hang behind an open watch when an HTTP/2 connection closes.
 *
 * After a GOAWAY an undici client has no connection, and takes itself for one of HTTP/1.1, which may not send while a
 * response is still under way: with a watch open, that is for ever. Its `pipelining` tells it otherwise; it is set for
 * connections that turned out to be HTTP/2 only, since over HTTP/1.1 a request would indeed be stuck behind the watch.
 */
export function multiplexing({ Pool, Client }: Undici): NonNullable<Agent.Options['factory']> {
  const makeClient = (origin: string | URL, options: object): Dispatcher => {
    const { connect, ...rest } = options as { connect: buildConnector.connector };
    const client: Client = new Client(origin, {
      ...rest,
      connect: (target, callback) => {
        connect(target, (...[error, socket]) => {
          if (error !== null) {
            callback(error, null);
            return;
          }
          client.pipelining = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2' ? STREAMS : 1;
          callback(null, socket);
        });
      },
    });
    return client;
  };
  return (origin, options): Pool => new Pool(origin, { ...options, factory: makeClient });
}
