import type { ClientRequest } from 'node:http';

/** The API server takes no request body above 3 MiB (apiserver: `MaxRequestBodyBytes`), so recording more serves nobody. */
const LONGEST = 3 * 1024 * 1024;

type Encoding = BufferEncoding | undefined;

/** What is written to a request, kept so that it can be written to another. */
export class Recording {
  #chunks: Buffer[] = [];
  #length = 0;
  #ended = false;

  constructor(request: ClientRequest) {
    const write = request.write as (...args: unknown[]) => boolean;
    const end = request.end as (...args: unknown[]) => ClientRequest;
    request.write = (...args: unknown[]) => {
      this.#keep(args);
      return write.apply(request, args);
    };
    request.end = (...args: unknown[]) => {
      this.#keep(args);
      this.#ended = true;
      return end.apply(request, args);
    };
  }

  /** Whether the whole body was written, and kept. */
  get complete(): boolean {
    return this.#ended && this.#length <= LONGEST;
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

  #keep([chunk, encoding]: unknown[]): void {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    // A copy: the producer may use its buffer again as soon as it is handed over.
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding as Encoding) : Buffer.from(chunk);
    this.#length += bytes.length;
    if (this.#length <= LONGEST) this.#chunks.push(bytes);
    else this.drop();
  }
}
