import { ClientRequest } from 'node:http';

/** The API server takes no request body above 3 MiB (apiserver: `MaxRequestBodyBytes`), so recording more serves nobody. */
const LONGEST = 3 * 1024 * 1024;

type Encoding = BufferEncoding | undefined;

const { write, end } = ClientRequest.prototype as unknown as Record<'write' | 'end', (...args: unknown[]) => never>;

const RECORDING = Symbol('kubefresh.recording');
type Recorded = ClientRequest & { readonly [RECORDING]: Recording };

// Functions that all requests share: see `Attempt`.
function recordedWrite(this: Recorded, ...args: unknown[]): boolean {
  this[RECORDING].keep(args);
  return write.apply(this, args);
}
function recordedEnd(this: Recorded, ...args: unknown[]): ClientRequest {
  this[RECORDING].keep(args);
  this[RECORDING].end();
  return end.apply(this, args);
}

/** What is written to a request, kept so that it can be written to another. */
export class Recording {
  #chunks: Buffer[] = [];
  #length = 0;
  #ended = false;

  constructor(request: ClientRequest) {
    Object.assign(request, { [RECORDING]: this, write: recordedWrite, end: recordedEnd });
  }

  /** Whether the whole body was written, and kept. */
  get complete(): boolean {
    return this.#ended && this.#length <= LONGEST;
  }

  /** Nothing more will be written. */
  end(): void {
    this.#ended = true;
  }

  /** Writes the body to another request, and ends that. */
  replay(request: ClientRequest): void {
    for (const chunk of this.#chunks) request.write(chunk);
    request.end();
  }

  /** Lets go of what was kept. */
  drop(): void {
    this.#chunks = [];
  }

  /** Something is written, by the arguments of `write` or `end`. */
  keep([chunk, encoding]: unknown[]): void {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    // A copy: the producer may use its buffer again as soon as it is handed over.
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding as Encoding) : Buffer.from(chunk);
    this.#length += bytes.length;
    if (this.#length <= LONGEST) this.#chunks.push(bytes);
    else this.drop();
  }
}
