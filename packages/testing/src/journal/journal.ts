import { systemClock } from '../clock.ts';
import { TestingError } from '../errors.ts';
import { describeEntry } from './describe.ts';
import type { JournalEntry } from './entry.ts';

/** How {@link Journal.waitFor} waits. */
export interface WaitOptions {
  /** The first index to look at. Default 0: an entry of the past answers at once. `journal.length` waits for a new one. */
  readonly from?: number;
  /** Bound in milliseconds, after which it rejects. Default 10,000: a request takes some ms, a kubelet's sync may be scaled. */
  readonly timeoutMs?: number;
  /** Gives up; the wait rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

// About ten times what the slowest awaited thing of a test usually takes.
const DEFAULT_TIMEOUT_MS = 10_000;

/** Everything a server was asked and what it answered, in order of the answers. Iterate it, index it, or wait on it. */
export class Journal implements AsyncIterable<JournalEntry> {
  #entries: JournalEntry[] = [];
  readonly #listeners = new Set<() => void>();
  #closed = false;

  /** The entries so far; a snapshot. */
  get entries(): readonly JournalEntry[] {
    return [...this.#entries];
  }

  /** How many entries there are. */
  get length(): number {
    return this.#entries.length;
  }

  /** The last entry, if any. */
  get last(): JournalEntry | undefined {
    return this.#entries.at(-1);
  }

  /** The entries that satisfy `predicate`, from index `from` on. */
  filter(predicate: (entry: JournalEntry) => boolean, from = 0): readonly JournalEntry[] {
    return this.#entries.slice(from).filter(predicate);
  }

  /** Forgets all entries, for a test that goes on with the same server. */
  clear(): void {
    this.#entries = [];
  }

  /**
   * The first entry that satisfies `predicate`, now or later.
   *
   * @throws {TestingError} `ERR_KUBEFRESH_TESTING_TIMEOUT` with the latest entries; the signal's reason; what `predicate` throws.
   */
  waitFor(predicate: (entry: JournalEntry) => boolean, options: WaitOptions = {}): Promise<JournalEntry> {
    const { from = 0, timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
    return new Promise((resolve, reject) => {
      let next = from;
      let entries = this.#entries;
      const look = () => {
        // After clear() indices begin anew.
        if (entries !== this.#entries) next = 0;
        entries = this.#entries;
        let found: JournalEntry | undefined;
        try {
          found = entries.slice(next).find(predicate);
        } catch (error) {
          // It is called in the middle of an answer, which must not fail for it.
          settle(() => reject(error));
          return;
        }
        next = Math.max(next, entries.length);
        if (found) settle(() => resolve(found));
        else if (this.#closed) settle(() => reject(timeout('the server was closed')));
      };
      const timeout = (why: string) =>
        new TestingError(
          'ERR_KUBEFRESH_TESTING_TIMEOUT',
          `journal.waitFor(): ${why}. ${this.length} entries, the latest:\n${this.#entries.slice(-5).map(describeEntry).join('\n')}`,
        );
      const onAbort = () => settle(() => reject(signal?.reason));
      const cancel = systemClock.after(timeoutMs, () =>
        settle(() => reject(timeout(`no such request within ${timeoutMs} ms`))),
      );
      const settle = (finish: () => void) => {
        cancel();
        this.#listeners.delete(look);
        signal?.removeEventListener('abort', onAbort);
        finish();
      };
      this.#listeners.add(look);
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted) onAbort();
      else look();
    });
  }

  /** Every entry from the first on, then each new one as it comes; ends when the server closes. */
  async *[Symbol.asyncIterator](): AsyncGenerator<JournalEntry, void, undefined> {
    let entries = this.#entries;
    let next = 0;
    for (;;) {
      // After clear() indices begin anew.
      if (entries !== this.#entries) next = 0;
      entries = this.#entries;
      const entry = entries[next];
      if (entry) {
        next += 1;
        yield entry;
      } else if (this.#closed) {
        return;
      } else {
        await this.#added();
      }
    }
  }

  /** @internal */
  add(entry: JournalEntry): void {
    this.#entries.push(entry);
    for (const listener of [...this.#listeners]) listener();
  }

  /** @internal */
  close(): void {
    this.#closed = true;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Resolves with the next entry, or the end. */
  #added(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#listeners.delete(wake);
        resolve();
      };
      this.#listeners.add(wake);
    });
  }
}
