import { watch } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { AuditEvent } from './audit-event.ts';

/** How often the file is looked at beside the kernel's change events, which may be missing (no inotify watch free). */
const POLL_MS = 250;

/** How long lines are let gather before they are read, ms: under load one comes each ms, and each look costs a tenth of one. */
const GATHER_MS = 20;

/** A read's size; a minute of requests fits in a few. */
const CHUNK_BYTES = 1 << 20;

/** How long {@link AuditLog.waitFor} waits by default: the server writes an event within ms of its response. */
const WAIT_MS = 10_000;

/**
 * The API server's audit log: its own word about each request. An event is written when the response is complete, so
 * it may follow the client's receipt by a few ms; {@link waitFor} it where that matters.
 */
export class AuditLog {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** All events so far. */
  async events(): Promise<AuditEvent[]> {
    const events: AuditEvent[] = [];
    for await (const event of this.#read(undefined)) events.push(event);
    return events;
  }

  /** Every event, those so far and then each as it comes, until the signal aborts (which ends it without an error). */
  follow(signal: AbortSignal): AsyncIterable<AuditEvent> {
    return this.#read(signal);
  }

  /**
   * The first event, past or to come, that matches.
   *
   * @throws Error if none comes in time
   */
  async waitFor(matches: (event: AuditEvent) => boolean, timeoutMs = WAIT_MS): Promise<AuditEvent> {
    for await (const event of this.follow(AbortSignal.timeout(timeoutMs))) {
      if (matches(event)) return event;
    }
    throw new Error(`no matching event in ${this.#file} within ${timeoutMs} ms`);
  }

  async *#read(follow: AbortSignal | undefined): AsyncGenerator<AuditEvent> {
    const file = await open(this.#file, 'r');
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = Buffer.alloc(0);
    try {
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES);
        if (bytesRead === 0) {
          if (follow === undefined || follow.aborted) return;
          await this.#changed(follow);
          await delay(GATHER_MS);
          continue;
        }
        const content = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
        const end = content.lastIndexOf('\n') + 1;
        rest = content.subarray(end);
        for (const line of content.toString('utf8', 0, end).split('\n')) {
          if (line !== '') yield JSON.parse(line) as AuditEvent;
        }
      }
    } finally {
      await file.close();
    }
  }

  /** Resolves when the file may have grown, or the signal aborts. */
  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(this.#file).on('error', () => {});
      const done = () => {
        watcher.close();
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, POLL_MS);
      watcher.on('change', done);
      signal.addEventListener('abort', done);
    });
  }
}
