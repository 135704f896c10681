import type { Dispatcher } from 'undici';
import { ClosedError } from '../errors.ts';
import type { CredentialSource } from '../source/types.ts';
import { bearer } from '../undici/bearer.ts';
import { createDispatcher } from '../undici/dispatcher.ts';
import { type ApiAccess, type ResolvedAccess, resolveAccess } from './access.ts';

/** How long the API server may take to answer, and to go on with its answer, ms: what is asked here takes milliseconds. */
const ANSWER_WITHIN = 10_000;
/** The largest answer that is read, bytes: a TokenRequest has about 2 KiB, a JWKS of many keys some more. */
const LARGEST_ANSWER = 1024 * 1024;

/** One request to the API server. */
export interface ApiRequest {
  /** Reading, or making a review or a token. */
  readonly method: 'GET' | 'POST';
  /** From `/api` or `/apis` on; a prefix of the origin is put before it. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Further headers; an `authorization` here is not replaced by the source's. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives up; the request fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What the API server answered, read to its end. */
export interface ApiAnswer {
  /** The HTTP status, whatever it is. */
  readonly status: number;
  /** Names in lower case; a header that came more than once is a list. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as JSON; undefined where it is none, or longer than 1 MiB. */
  readonly json: unknown;
}

/**
 * A way to the API server for small JSON requests. What it opened it closes: its own dispatcher, not the caller's.
 * Idle, it holds no process.
 */
export class ApiConnection implements AsyncDisposable {
  readonly #access: ResolvedAccess;
  /** Ends each request under way. Not one signal for all: each listener more would be compared with all before it. */
  readonly #underWay = new Set<AbortController>();
  #closed: ClosedError | undefined;
  #own: Dispatcher | undefined;
  #dispatcher: Dispatcher | undefined;

  /** @throws InvalidOptionError, InsecureTransportError: see `ApiAccess`. */
  constructor(access: ApiAccess) {
    this.#access = resolveAccess(access);
  }

  /** Whose token is sent, where it is a source's. */
  get source(): CredentialSource | undefined {
    return this.#access.source;
  }

  /** Scheme, host and port of the API server. */
  get origin(): string {
    return this.#access.origin;
  }

  /**
   * Sends a request and reads the answer, whatever its status.
   * @throws ClosedError after `close()`; the signal's reason; what the dispatcher throws when the server cannot be reached.
   */
  async send({ method, path, body, headers = {}, signal }: ApiRequest): Promise<ApiAnswer> {
    if (this.#closed !== undefined) throw this.#closed;
    const { origin, prefix } = this.#access;
    const ending = new AbortController();
    this.#underWay.add(ending);
    try {
      const response = await this.#transport().request({
        origin,
        path: prefix + path,
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
        headersTimeout: ANSWER_WITHIN,
        bodyTimeout: ANSWER_WITHIN,
        signal: signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]),
      });
      const json = parse(await readAll(response.body));
      return { status: response.statusCode, headers: response.headers, json };
    } finally {
      this.#underWay.delete(ending);
    }
  }

  /** Ends what is under way (it fails with ClosedError) and the connections that were opened here. Idempotent. */
  async close(): Promise<void> {
    this.#closed ??= new ClosedError('connection to the API server');
    for (const ending of this.#underWay) ending.abort(this.#closed);
    const own = this.#own;
    this.#own = undefined;
    await own?.destroy();
  }

  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Made with the first request: an unused connection loads no HTTP stack. */
  #transport(): Dispatcher {
    this.#dispatcher ??= this.#connect();
    return this.#dispatcher;
  }

  #connect(): Dispatcher {
    const { source, origins, dispatcher, allowInsecure } = this.#access;
    if (dispatcher !== undefined) {
      return source === undefined ? dispatcher : dispatcher.compose(bearer(source, { origins, allowInsecure }));
    }
    // resolveAccess() makes sure that one of the two is there.
    this.#own = createDispatcher({ source: source as CredentialSource, origins, allowInsecure });
    return this.#own;
  }
}

/** The whole of a body; undefined, and the rest unread, where it is too long for what is asked for here. */
async function readAll(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's HTML page, for instance. Whoever asked finds that what he needs is missing, and says so.
    return undefined;
  }
}
