import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Credential, type CredentialSource, lifetime, parseToken, type RejectionEvidence } from '@kubefresh/core';
import { makeToken } from '../support/make-token.ts';

/** A credential with its own token. */
export function makeCredential(generation: number, jti = `jti-${generation}`): Credential {
  const token = parseToken(makeToken({ jti }));
  return { token, generation, loadedAt: 0, lifetime: lifetime(token) };
}

type Answer = Credential | undefined | Promise<Credential | undefined>;

/** A source that answers what the test says; what no test of an injector calls throws. */
export class FakeSource implements Pick<CredentialSource, 'current' | 'rejected' | 'renew' | 'observeDate'> {
  held: Credential | Error = makeCredential(1);
  /** What a rejection is answered with; by default there is nothing better. */
  answer: (credential: Credential, evidence: RejectionEvidence) => Answer = () => undefined;
  /** What a renewal leads to. */
  onRenew: (reason: string | undefined) => Credential = () => this.current();
  readonly rejections: (RejectionEvidence & { readonly jti: string | undefined })[] = [];
  readonly dates: string[] = [];

  current(): Credential {
    if (this.held instanceof Error) throw this.held;
    return this.held;
  }

  rejected(credential: Credential, evidence: RejectionEvidence): Answer {
    this.rejections.push({ ...evidence, jti: credential.token.claims?.jti });
    return this.answer(credential, evidence);
  }

  async renew(options: { reason?: string } = {}): Promise<Credential> {
    return this.onRenew(options.reason);
  }

  observeDate(date: string): void {
    this.dates.push(date);
  }

  /** As the whole interface, of which injectors use this part. */
  get whole(): CredentialSource {
    return this as unknown as CredentialSource;
  }
}

/** What a backend was asked. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  /** All Authorization headers, as they came. */
  readonly authorizations: readonly string[];
  readonly body: Buffer;
}

type Answers = (request: IncomingMessage, response: ServerResponse, seen: Seen) => void;

/** A plain HTTP server that keeps what it saw, and answers as the test says, after the body or before it. */
export class Backend {
  readonly seen: Seen[] = [];
  readonly server: Server;
  /** How it answers; the default takes everything. */
  answer: Answers = (_, response) => response.end('ok');
  /** Answers without reading the body, where this is set. */
  early: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;

  constructor() {
    this.server = createServer((request, response) => void this.#serve(request, response));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The jti of each request's token, in order. */
  get jtis(): (string | undefined)[] {
    return this.seen.map(({ authorizations }) => jtiOf(authorizations[0]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.early?.(request, response)) {
      this.seen.push(describe(request, Buffer.alloc(0)));
      return;
    }
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const seen = describe(request, body);
    this.seen.push(seen);
    this.answer(request, response, seen);
  }
}

/** Starts it on a free port. */
export async function startBackend(): Promise<Backend> {
  const backend = new Backend();
  await new Promise<void>((resolve) => backend.server.listen(0, '127.0.0.1', resolve));
  return backend;
}

/** Answers 401 as the API server does. */
export function unauthorized(response: ServerResponse, headers: Record<string, string> = {}): void {
  const body = '{"kind":"Status","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}';
  const always = { 'content-type': 'application/json', 'content-length': String(body.length), 'audit-id': 'audit-1' };
  response.writeHead(401, { ...always, ...headers }).end(body);
}

/** Refuses all tokens but this one. */
export function onlyTakes(jti: string): Answers {
  return (_, response, { authorizations }) => {
    if (jtiOf(authorizations[0]) === jti) response.end('ok');
    else unauthorized(response);
  };
}

function describe(request: IncomingMessage, body: Buffer): Seen {
  const raw = request.rawHeaders;
  const authorizations = raw.filter((_, index) => index % 2 === 1 && /^authorization$/i.test(raw[index - 1] ?? ''));
  return { method: request.method ?? '', path: request.url ?? '', authorizations, body };
}

function jtiOf(authorization: string | undefined): string | undefined {
  const payload = /^Bearer [^.]+\.([^.]+)\./.exec(authorization ?? '')?.[1];
  return payload === undefined ? undefined : JSON.parse(Buffer.from(payload, 'base64url').toString()).jti;
}
