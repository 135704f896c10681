import type { Readable, Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { CHANNEL, Channels } from './channels.ts';

/** One exec or attach under way. */
export interface ExecSession {
  /** The pod's namespace. */
  readonly namespace: string;
  /** The pod's name. */
  readonly pod: string;
  /** The container that the client asked for; undefined where it named none. */
  readonly container: string | undefined;
  /** Empty for attach. */
  readonly command: readonly string[];
  /** Whether the client asked for a terminal. */
  readonly tty: boolean;
  /** Ends at once if the client did not ask for stdin. */
  readonly stdin: Readable;
  /** What is written here arrives at the client. */
  readonly stdout: Writable;
  /** The same, for errors. */
  readonly stderr: Writable;
  /** Terminal sizes, each as the JSON text that the client sent. */
  readonly resizes: Readable;
}

/** Plays the container's part; what it returns is the exit code, what it throws an internal error. */
export type ExecHandler = (session: ExecSession) => number | Promise<number>;

/** Runs a handler over a WebSocket and reports its exit code on the error channel, then closes. */
export async function runExec(
  socket: WebSocket,
  target: { readonly namespace: string; readonly pod: string; readonly query: URLSearchParams },
  handler: ExecHandler,
): Promise<void> {
  const { namespace, pod, query } = target;
  const channels = new Channels(socket);
  const stdin = channels.channel(CHANNEL.stdin);
  if (query.get('stdin') !== 'true' && query.get('stdin') !== '1') stdin.push(null);
  // Sent empty, so that the client knows its session stands before the command says anything.
  channels.send(CHANNEL.stdout, '');
  const session: ExecSession = {
    namespace,
    pod,
    container: query.get('container') ?? undefined,
    command: query.getAll('command'),
    tty: query.get('tty') === 'true' || query.get('tty') === '1',
    stdin,
    stdout: channels.writable(CHANNEL.stdout),
    stderr: channels.writable(CHANNEL.stderr),
    resizes: channels.channel(CHANNEL.resize),
  };
  channels.send(CHANNEL.error, JSON.stringify(await statusOf(handler, session, socket.protocol)));
  socket.close(1000);
}

// The newest protocol is spoken by the API server, the older ones by the kubelet, in words of its own.
const NEWEST = 'v5.channel.k8s.io';

async function statusOf(handler: ExecHandler, session: ExecSession, protocol: string): Promise<unknown> {
  const metadata = protocol === NEWEST ? { metadata: {} } : {};
  try {
    const code = await handler(session);
    if (code === 0) return { ...metadata, status: 'Success' };
    const why =
      protocol === NEWEST
        ? `command terminated with exit code ${code}`
        : `error executing command [${session.command.join(' ')}], exit code ${code}`;
    return {
      ...metadata,
      status: 'Failure',
      message: `command terminated with non-zero exit code: ${why}`,
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
    };
  } catch (error) {
    return { ...metadata, status: 'Failure', message: String(error), reason: 'InternalError', code: 500 };
  }
}
