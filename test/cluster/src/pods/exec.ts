import { WebSocket } from 'ws';
import type { ApiClient } from '../api/client.ts';
import type { Status } from '../api/objects.ts';

/** What a command in a container did. */
export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The streaming protocol of exec (KEP-4006): the first byte of each message is its channel. */
const PROTOCOL = 'v5.channel.k8s.io';
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

/**
 * Runs a command in a pod's only container, by websocket as kubectl does.
 *
 * @param stdin what the command reads; without it its standard input is empty
 * @throws Error if the server refuses, or the command cannot be started
 */
export async function exec(
  client: ApiClient,
  podPath: string,
  command: readonly string[],
  stdin?: string,
): Promise<ExecResult> {
  const query = new URLSearchParams({ stdout: 'true', stderr: 'true', stdin: String(stdin !== undefined) });
  for (const argument of command) query.append('command', argument);
  const { ca, cert, key, headers } = client.connectOptions();
  const url = `${client.server.replace('https:', 'wss:')}${podPath}/exec?${query}`;
  // Spread one by one: exactOptionalPropertyTypes does not let undefined stand for absent.
  const options = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const socket = new WebSocket(url, PROTOCOL, { ...options, headers: headers as Record<string, string> });
  const output: Record<number, Buffer[]> = { [CHANNEL.stdout]: [], [CHANNEL.stderr]: [], [CHANNEL.error]: [] };
  socket.on('message', (data: Buffer) => output[data[0] ?? -1]?.push(data.subarray(1)));
  socket.on('open', () => {
    if (stdin === undefined) return;
    socket.send(Buffer.concat([Buffer.of(CHANNEL.stdin), Buffer.from(stdin)]));
    socket.send(Buffer.of(CHANNEL.close, CHANNEL.stdin));
  });
  await new Promise((resolve, reject) => socket.on('error', reject).on('close', resolve));
  const read = (channel: number) => Buffer.concat(output[channel] ?? []).toString();
  return { exitCode: exitCode(read(CHANNEL.error)), stdout: read(CHANNEL.stdout), stderr: read(CHANNEL.stderr) };
}

/** The error channel ends with a Status: Success, or the exit code among its causes. */
function exitCode(text: string): number {
  type ExecStatus = Status & { details?: { causes?: { reason?: string; message?: string }[] } };
  const status = JSON.parse(text) as ExecStatus;
  if (status.status === 'Success') return 0;
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  if (cause?.message === undefined) throw new Error(`exec failed: ${status.message}`);
  return Number(cause.message);
}
