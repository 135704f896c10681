import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type { World } from '../worlds/world.ts';
import { type Answer, clientCertificate, headersOf, type Question } from './send.ts';

/** The protocol of exec since 1.30 (apimachinery/pkg/util/remotecommand), where a case offers no other. */
const PROTOCOLS = ['v5.channel.k8s.io'];
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

/** An upgrade as a case describes it. */
export interface UpgradeQuestion extends Question {
  /** Offered subprotocols. */
  readonly protocols?: readonly string[];
  /** What is sent on channel 0, which is then closed; without it nothing is. */
  readonly stdin?: string;
}

/** How an upgrade was answered, and what came over its channels. */
export interface Upgraded extends Answer {
  /** What each channel said, by its name; absent where the upgrade was refused. */
  readonly channels?: Readonly<Record<string, string>>;
  /** The close code of the WebSocket. */
  readonly closed?: number;
}

/** Asks for a WebSocket, and reads it to its end where it is given. */
export function upgrade(world: World, question: UpgradeQuestion): Promise<Upgraded> {
  const { path, protocols = PROTOCOLS, stdin } = question;
  return new Promise((resolve, reject) => {
    const received = new Map<number, string>();
    let accepted: IncomingHttpHeaders | undefined;
    const socket = new WebSocket(`${world.origin.replace('https', 'wss')}${path}`, [...protocols], {
      ca: world.ca,
      ...clientCertificate(world, question),
      headers: withoutAccept(headersOf(world, question)),
    });
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      const { statusCode = 0, headers } = response;
      text(response).then((body) => resolve({ status: statusCode, headers, body }), reject);
    });
    socket.on('upgrade', (response) => {
      accepted = response.headers;
    });
    socket.on('open', () => {
      if (stdin === undefined) return;
      socket.send(Buffer.concat([Buffer.of(CHANNEL.stdin), Buffer.from(stdin)]));
      socket.send(Buffer.of(CHANNEL.close, CHANNEL.stdin));
    });
    socket.on('message', (data: Buffer) => {
      const number = data[0] ?? -1;
      received.set(number, (received.get(number) ?? '') + data.subarray(1).toString());
    });
    socket.on('close', (closed) => {
      if (accepted === undefined) return;
      const channels = Object.fromEntries(
        (['stdout', 'stderr', 'error'] as const).map((name) => [name, received.get(CHANNEL[name]) ?? '']),
      );
      resolve({ status: 101, headers: accepted, body: '', channels, closed });
    });
    socket.on('error', (error) => {
      if (accepted === undefined) reject(error);
    });
  });
}

// Of an upgrade nothing is accepted: the real server answers 406 where one asks for a type.
function withoutAccept({ accept: _accept, ...headers }: Record<string, string>): Record<string, string> {
  return headers;
}
