import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { watchHandshake } from './handshake.ts';

/** A proxy on this machine, which counts the connections that it made, and those over which TLS came to stand. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
  readonly tunnels: number;
  readonly handshakes: number;
}

/** What a proxy counts. */
interface Counts {
  tunnels: number;
  handshakes: number;
}

/** An HTTP proxy that knows CONNECT. */
export async function httpProxy(): Promise<Proxy> {
  const counts: Counts = { tunnels: 0, handshakes: 0 };
  const server = createHttpServer();
  server.on('connect', ({ url = '' }, socket: Socket) => {
    counts.tunnels += 1;
    const [host, port] = url.split(':') as [string, string];
    const upstream = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    join(socket, upstream, counts);
  });
  return listen(server, 'http', counts);
}

/** A SOCKS5 proxy without a password: RFC 1928, CONNECT to an IPv4 address or a name. */
export async function socksProxy(): Promise<Proxy> {
  const counts: Counts = { tunnels: 0, handshakes: 0 };
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', (request: Buffer) => {
        counts.tunnels += 1;
        const [host, port] = addressIn(request);
        const upstream = connect(port, host, () => socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])));
        join(socket, upstream, counts);
      });
    });
    socket.on('error', () => {});
  });
  return listen(server, 'socks5', counts);
}

function addressIn(request: Buffer): [string, number] {
  if (request[3] === 1) return [request.subarray(4, 8).join('.'), request.readUInt16BE(8)];
  const end = 5 + (request[4] ?? 0);
  return [request.subarray(5, end).toString(), request.readUInt16BE(end)];
}

function join(one: Socket, other: Socket, counts: Counts): void {
  one.on(
    'data',
    watchHandshake(() => (counts.handshakes += 1)),
  );
  one.pipe(other).pipe(one);
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}

async function listen(server: Server, scheme: string, counts: Counts): Promise<Proxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get tunnels() {
      return counts.tunnels;
    },
    get handshakes() {
      return counts.handshakes;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
