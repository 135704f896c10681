import type { Credential, CredentialSource } from '@kubefresh/core';
import type { ExecAnswer, WebSocket, WebSocketClass } from './client-parts.ts';

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
 * Runs a command over a WebSocket to its end, as the stock backend does, with the credential of now; a 401 is tried once
 * more with a better one.
 *
 * @throws the WebSocket's error, with `messages` (what had come before) and, where the server refused, `statusCode`.
 */
export async function exec(request: ExecRequest): Promise<ExecAnswer> {
  const credential = request.source.current();
  const sentAt = performance.now();
  try {
    return await attempt(request, credential);
  } catch (error) {
    if (!(error instanceof RefusedError) || error.statusCode !== 401) throw error;
    const { origin } = new URL(request.url);
    const next = await request.source.rejected(credential, { status: 401, origin, sentAt, ...error.evidence });
    if (next === undefined) throw error;
    return attempt(request, next);
  }
}

/** The server answered with something else than the switch of protocols. */
class RefusedError extends Error {
  readonly statusCode: number;
  readonly code: number;
  readonly messages = [];
  readonly evidence: { readonly date?: string; readonly auditId?: string };

  constructor(statusCode: number, evidence: RefusedError['evidence']) {
    super(`Unexpected server response: ${statusCode}`);
    this.statusCode = statusCode;
    this.code = statusCode;
    this.evidence = evidence;
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
