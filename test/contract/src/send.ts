import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { World } from './world.ts';

/** A request as a case describes it. */
export interface Question {
  /** Default `GET`. */
  readonly method?: string;
  readonly path: string;
  /** JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The value of Authorization; undefined for none; `admin` for the world's administrator. */
  readonly authorization?: string | 'admin' | undefined;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends one request on a connection of its own, and reads the answer to its end. */
export async function send(world: World, question: Question): Promise<Answer> {
  const { method = 'GET', path, body, headers = {}, authorization } = question;
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const admin = authorization === 'admin';
  const bearer = admin ? world.admin.token && `Bearer ${world.admin.token}` : authorization;
  const { cert, key } = world.admin;
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(
      `${world.origin}${path}`,
      {
        method,
        ca: world.ca,
        agent: false,
        ...(admin && cert !== undefined ? { cert, key } : {}),
        headers: {
          accept: 'application/json',
          ...(payload === undefined
            ? {}
            : { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }),
          ...(bearer === undefined ? {} : { authorization: bearer }),
          ...headers,
        },
      },
      resolve,
    );
    outgoing.on('error', reject).end(payload);
  });
  return { status: message.statusCode ?? 0, headers: message.headers, body: await text(message) };
}
