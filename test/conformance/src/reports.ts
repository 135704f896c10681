import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import process from 'node:process';

/** What the sources of a process publish about themselves. */
const CHANNELS = ['kubefresh:fault', 'kubefresh:rejected', 'kubefresh:stale'];

const hearers = new Set<(report: string) => void>();

/**
 * Hears all that an operator could be told in this process: warnings, and what is published for tracing. Each report names
 * the place that it is about, so that it can be told whose it is. Returns a function that ends it.
 */
export function hearReports(hear: (report: string) => void): () => void {
  // One listener for all: a process warns of more than ten.
  if (hearers.size === 0) listen();
  hearers.add(hear);
  return () => {
    hearers.delete(hear);
    if (hearers.size === 0) stopListening();
  };
}

/** Hears of each other token that a source of this process has: its id, and what set off the look that found it. */
export function hearRenewals(hear: (jti: string, reason: string) => void): void {
  subscribe('kubefresh:renewed', (message) => {
    const { credential, reason } = message as { credential: { claims?: { jti?: string } }; reason: string };
    hear(credential.claims?.jti ?? '', reason);
  });
}

function listen(): void {
  process.on('warning', onWarning);
  for (const name of CHANNELS) subscribe(name, onMessage);
}

function stopListening(): void {
  process.off('warning', onWarning);
  for (const name of CHANNELS) unsubscribe(name, onMessage);
}

function onWarning({ message }: Error): void {
  tellAll(message);
}

function onMessage(message: unknown, name: string | symbol): void {
  tellAll(`${String(name)} ${describe(message)}`);
}

function tellAll(report: string): void {
  for (const hear of hearers) hear(report);
}

/** Messages of errors are not enumerable. */
function describe(message: unknown): string {
  return JSON.stringify(message, (_, value) =>
    value instanceof Error ? { name: value.name, message: value.message } : value,
  );
}

/** Reports as they come, and who waits for one. */
export class Reports {
  readonly #heard: string[] = [];
  readonly #waiting = new Set<() => void>();

  add(report: string): void {
    this.#heard.push(report);
    for (const wake of [...this.#waiting]) wake();
  }

  /** Those about this place. */
  about(place: string): readonly string[] {
    return this.#heard.filter((report) => report.includes(place));
  }

  /** Resolves with the first report about `place`, of those after `skip` ones, that says this. */
  said(place: string, what: RegExp, skip = 0): Promise<string> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.about(place)
          .slice(skip)
          .find((report) => what.test(report));
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
