import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { World } from '../worlds/world.ts';

/** Who asks: the world's administrator, nobody, or whoever this value of Authorization says. */
type Identity = 'admin' | 'nobody' | { readonly authorization: string };

/** A request as a case describes it. */
export interface Question {
  /** Default `GET`. */
  readonly method?: string;
  readonly path: string;
  /** A text goes as it is, anything else as JSON. */
  readonly body?: unknown;
  /** By default JSON is accepted, and sent; a PATCH is a merge patch. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `admin`. */
  readonly as?: Identity;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The headers that a question is sent with. */
export function headersOf(world: World, question: Question): Record<string, string> {
  const { method, headers, as = 'admin' } = question;
  const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const payload = payloadOf(question);
  return {
    accept: 'application/json',
    // Said, for Node says nothing of a body with a DELETE.
    ...(payload === undefined
      ? {}
      : { 'content-type': contentType, 'content-length': String(Buffer.byteLength(payload)) }),
    ...authorization(world, as),
    ...headers,
  };
}

function authorization(world: World, as: Identity): Record<string, string> {
  if (as === 'nobody') return {};
  if (as !== 'admin') return { authorization: as.authorization };
  return world.admin.token === undefined ? {} : { authorization: `Bearer ${world.admin.token}` };
}

/** The TLS options by which the administrator shows who he is, where he does not by a header. */
export function clientCertificate(world: World, { as = 'admin' }: Question): { cert?: string; key?: string } {
  const { cert, key } = world.admin;
  return as === 'admin' && cert !== undefined && key !== undefined ? { cert, key } : {};
}

/** A question's body as it goes over the wire. */
export function payloadOf({ body }: Question): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

/** Sends one request over HTTP/1.1, on a connection of its own that it would keep, and reads the answer to its end. */
export async function send(world: World, question: Question): Promise<Answer> {
  const { method = 'GET', path } = question;
  const agent = new Agent({ keepAlive: true });
  try {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(
        `${world.origin}${path}`,
        { method, agent, ca: world.ca, ...clientCertificate(world, question), headers: headersOf(world, question) },
        resolve,
      );
      outgoing.on('error', reject).end(payloadOf(question));
    });
    return { status: message.statusCode ?? 0, headers: message.headers, body: await text(message) };
  } finally {
    agent.destroy();
  }
}
