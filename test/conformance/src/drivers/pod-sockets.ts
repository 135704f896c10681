import type { createAgent } from '@kubefresh/core/https';
import WebSocket from 'ws';
import type { Operations } from '../driver.ts';

const PORT = 8080;
/** The first byte of each message is the number of its channel. */
const STDOUT = 1;
/** The channel of the one forwarded port, both ways … */
const DATA = 0;
/** … which begins with the port's number, bytes. */
const PREFIX = 2;

/** `exec`, `attach` and `portforward`, as people write them by hand with `ws` on an agent. */
export function podSockets(
  pods: string,
  agent: ReturnType<typeof createAgent>,
): Pick<Operations, 'exec' | 'attach' | 'forward'> {
  const open = (path: string, query: readonly [string, string][]) =>
    new WebSocket(`${pods.replace('https:', 'wss:')}/${path}?${new URLSearchParams([...query])}`, 'v4.channel.k8s.io', {
      agent,
    });
  return {
    exec: (pod, command) => {
      const words = command.map((word): [string, string] => ['command', word]);
      return stdoutOf(open(`${pod}/exec`, [...words, ['stdout', 'true']]));
    },
    attach: (pod) => stdoutOf(open(`${pod}/attach`, [['stdout', 'true']])),
    forward: (pod, input) => echo(open(`${pod}/portforward`, [['ports', String(PORT)]]), input),
  };
}

/** What it says until its end. */
function stdoutOf(socket: WebSocket): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      if (data[0] === STDOUT) output += data.subarray(1).toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(output));
  });
}

/** Writes to the forwarded port; resolves, and hangs up, once that has said the same. */
function echo(socket: WebSocket, input: string): Promise<void> {
  let output = Buffer.alloc(0);
  const said = () => output.subarray(PREFIX).toString();
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.send(Buffer.concat([Buffer.of(DATA), Buffer.from(input)])));
    socket.on('message', (data: Buffer) => {
      if (data[0] !== DATA) return;
      output = Buffer.concat([output, data.subarray(1)]);
      if (said() === input) socket.close();
    });
    socket.on('error', reject);
    socket.on('close', () => (said() === input ? resolve() : reject(new Error(`it said ${said()}`))));
  });
}
