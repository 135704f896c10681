import type { Credential, CredentialSource } from '@kubefresh/core';
import type { ExecAnswer, WebSocket, WebSocketClass } from './client-parts.ts';
import { betterThan, explained } from './cure.ts';
import { RefusedError } from './refused-error.ts';

/** Channels are digits, contents base64 (apiserver `pkg/util/wsstream`, staging/src/k8s.io/apimachinery). */
const PROTOCOL = 'base64.channel.k8s.io';
const CHANNELS = ['stdin', 'stdout', 'stderr', 'error', 'resize'];

/** What a WebSocket is opened with. */
export interface ExecRequest {
  readonly WebSocket: WebSocketClass;
  readonly source: CredentialSource;
  /** Of the API server, `https:`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Runs a command over a WebSocket to its end, as the stock backend does, with the credential of now; what another token or CA
 * can cure is tried once more.
 *
 * @throws the WebSocket's error, or CertificateUntrustedError; with `messages` (what had come before) and, where the server
 *   refused, `statusCode`.
 */
export async function exec(request: ExecRequest): Promise<ExecAnswer> {
  const { source, url } = request;
  const { origin } = new URL(url);
  const credential = source.current();
  const sentAt = performance.now();
  try {
    return await attempt(request, credential);
  } catch (error) {
    const next = await betterThan({ source, origin, credential, sentAt }, error);
    if (next === undefined) throw explained(error, origin, credential);
    return attempt(request, next).catch((reason: unknown) => {
      throw explained(reason, origin, next);
    });
  }
}

function attempt({ WebSocket, url, headers }: ExecRequest, { token, ca }: Credential): Promise<ExecAnswer> {
  const socket = new WebSocket(url, PROTOCOL, {
    headers: { authorization: `Bearer ${token.reveal()}`, ...headers },
    // An empty list trusts nobody; an empty text would mean the system's CAs.
    ca: ca === '' ? [] : ca,
  });
  return collect(socket);
}

function collect(socket: WebSocket): Promise<ExecAnswer> {
  const messages: { channel: string | undefined; message: string }[] = [];
  return new Promise((resolve, reject) => {
    socket.on('message', (data) => {
      const text = data.toString();
      const message = Buffer.from(text.slice(1), 'base64').toString();
      messages.push({ channel: CHANNELS[Number(text.charAt(0))], message });
    });
    socket.on('unexpected-response', (request, { statusCode = 0, headers }) => {
      request.destroy();
      const { date } = headers;
      const auditId = headers['audit-id'];
      const evidence = { ...(date === undefined ? {} : { date }), ...(typeof auditId === 'string' ? { auditId } : {}) };
      reject(new RefusedError(statusCode, evidence));
    });
    socket.on('error', (error) => reject(Object.assign(error, { messages })));
    socket.on('close', (code, reason) =>
      resolve({ messages, body: messages.map(({ message }) => message).join(''), code, reason }),
    );
  });
}
