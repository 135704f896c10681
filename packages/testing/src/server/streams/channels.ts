import { Duplex, Writable, type WritableOptions } from 'node:stream';
import type { WebSocket } from 'ws';

/** Numbers of the streams that share one WebSocket (`apimachinery/pkg/util/remotecommand`). */
export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

// v5 only: the client says by this channel that another one has ended.
const CLOSE_CHANNEL = 255;

/**
 * Splits a WebSocket of `*.channel.k8s.io` into its channels: the first byte of each message is the number. By
 * `base64.channel.k8s.io` messages are text, a digit and then base64.
 */
export class Channels {
  readonly #socket: WebSocket;
  readonly #open = new Map<number, Duplex>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#receive(data));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
  }

  /** Both directions of a channel. */
  channel(number: number): Duplex {
    const known = this.#open.get(number);
    if (known) return known;
    const stream = new Duplex({
      read: () => undefined,
      write: this.#writer(number),
    });
    // A client that leaves in the middle is what tests do.
    stream.on('error', () => undefined);
    this.#open.set(number, stream);
    return stream;
  }

  /** The sending half of a channel. */
  writable(number: number): Writable {
    return new Writable({ write: this.#writer(number) });
  }

  /** Sends one message at once. */
  send(number: number, text: string | Uint8Array): void {
    this.#send(number, Buffer.from(text));
  }

  // Without back-pressure: what was written before an exit code must be sent before it.
  #writer(number: number): NonNullable<WritableOptions['write']> {
    return (chunk: Buffer, _encoding, done) => {
      this.#send(number, chunk);
      done();
    };
  }

  #send(number: number, chunk: Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#isText) this.#socket.send(`${number}${Buffer.from(chunk).toString('base64')}`);
    else this.#socket.send(Buffer.concat([Buffer.of(number), chunk]));
  }

  get #isText(): boolean {
    return this.#socket.protocol.startsWith('base64.');
  }

  #receive(message: Buffer): void {
    const data = this.#isText ? fromText(message.toString()) : message;
    const [number = 0] = data;
    if (number === CLOSE_CHANNEL) this.#open.get(data[1] ?? 0)?.push(null);
    else if (data.length > 1) this.channel(number).push(data.subarray(1));
  }

  #end(): void {
    for (const stream of this.#open.values()) stream.push(null);
  }
}

function fromText(message: string): Buffer {
  return Buffer.concat([Buffer.of(Number(message.charAt(0))), Buffer.from(message.slice(1), 'base64')]);
}
