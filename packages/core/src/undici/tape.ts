import { isNodeStream, type OneShotBody } from './body.ts';
import type { ByteBudget } from './budget.ts';

/**
 * A one-shot body that can be sent a second time: what is read from it is recorded until it is known that nobody asks again.
 *
 * The API server refuses a token before it reads the body, so a 401 may arrive while the body is still being produced. A
 * second reading therefore gets what was recorded, and then goes on reading from where the first stood.
 */
export class Tape implements AsyncIterable<unknown> {
  readonly #body: OneShotBody;
  readonly #limit: number;
  readonly #budget: ByteBudget;
  #source: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  /** Chunks read and still needed; while recording all of them, afterwards those not yet handed on. */
  #chunks: unknown[] = [];
  #position = 0;
  #bytes = 0;
  #recording = true;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #reading: Promise<void> | undefined;
  /** Counts the readings; an older one gets nothing more. */
  #run = 0;
  /** The reading was given up before it was known whether there will be another. */
  #abandoned = false;

  /** @param limit - Most bytes recorded for this body. */
  constructor(body: OneShotBody, limit: number, budget: ByteBudget) {
    this.#body = body;
    this.#limit = limit;
    this.#budget = budget;
    // A stream that fails before anybody reads it would otherwise end the process; the reader gets the error later.
    if (isNodeStream(body)) body.on('error', ignore);
  }

  /** Whether a second reading would get every byte. */
  get complete(): boolean {
    return this.#recording;
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, undefined> {
    this.#run += 1;
    this.#abandoned = false;
    // Only a recorded body can be rewound; the first reading starts at zero anyway.
    if (this.#recording) this.#position = 0;
    const run = this.#run;
    return {
      next: () => this.#next(run),
      return: async () => {
        if (run === this.#run) this.#abandon();
        return { done: true, value: undefined };
      },
    };
  }

  /** No second reading will come: forgets what was recorded. */
  release(): void {
    if (!this.#recording) return;
    this.#stopRecording();
    if (this.#abandoned) this.#closeSource();
  }

  async #next(run: number): Promise<IteratorResult<unknown, undefined>> {
    while (run === this.#run) {
      if (this.#position < this.#chunks.length) return { done: false, value: this.#take() };
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#ended) break;
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    return { done: true, value: undefined };
  }

  #take(): unknown {
    if (!this.#recording) return this.#chunks.shift();
    const chunk = this.#chunks[this.#position];
    this.#position += 1;
    return chunk;
  }

  async #read(): Promise<void> {
    try {
      this.#source ??= iterate(this.#body);
      const result = await this.#source.next();
      if (result.done === true) {
        this.#ended = true;
        return;
      }
      const chunk = this.#recording ? this.#record(result.value) : result.value;
      this.#chunks.push(chunk);
    } catch (error) {
      // Kept: a generator that threw says `done` when asked again, and half a body would look like a whole one.
      this.#failure = { error };
    }
  }

  /** Copies: the producer may fill its buffer anew for the next chunk. */
  #record(chunk: unknown): unknown {
    const copy = typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.from(chunk) : undefined;
    const bytes = copy?.byteLength ?? Number.POSITIVE_INFINITY;
    if (copy !== undefined && this.#bytes + bytes <= this.#limit && this.#budget.take(bytes)) {
      this.#bytes += bytes;
      return copy;
    }
    this.#stopRecording();
    return copy ?? chunk;
  }

  #stopRecording(): void {
    this.#recording = false;
    this.#budget.give(this.#bytes);
    this.#chunks = this.#chunks.slice(this.#position);
    this.#position = 0;
    this.#bytes = 0;
  }

  #abandon(): void {
    this.#abandoned = true;
    if (!this.#recording) this.#closeSource();
  }

  #closeSource(): void {
    this.#run += 1;
    if (this.#ended || this.#failure !== undefined) return;
    this.#ended = true;
    this.#source ??= iterate(this.#body);
    // The body is given up: how its producer takes that concerns nobody any more.
    Promise.resolve(this.#source.return?.()).catch(ignore);
  }
}

function iterate(body: OneShotBody): Iterator<unknown> | AsyncIterator<unknown> {
  return Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]();
}

function ignore(): void {}
