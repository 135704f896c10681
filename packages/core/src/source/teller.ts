import type { KubefreshError } from '../errors.ts';
import type { Emitter } from '../events.ts';
import type { Holder } from './holder.ts';
import { publish } from './observe.ts';
import type { SourceEvents } from './types.ts';

/** Tells the listeners of all handles, and the process's tracing, what happens in one engine. */
export class Teller {
  readonly #place: string;
  readonly #holder: Holder;
  readonly #listeners = new Set<Emitter<SourceEvents>>();
  /** What is at fault now (a file, the watcher, …), and how. */
  readonly #open = new Map<string, KubefreshError>();

  /** @param place - what the engine is about, for tracing: a directory, a service account. */
  constructor(place: string, holder: Holder) {
    this.#place = place;
    this.#holder = holder;
  }

  attach(events: Emitter<SourceEvents>): void {
    this.#listeners.add(events);
  }

  detach(events: Emitter<SourceEvents>): void {
    this.#listeners.delete(events);
  }

  emit<Name extends keyof SourceEvents>(name: Name, event: SourceEvents[Name]): void {
    publish(this.#place, name, event);
    for (const events of [...this.#listeners]) events.emit(name, event);
  }

  /** Notes that `subject` is at fault, and tells it once until the subject has been well again or fails otherwise. */
  fault(subject: string, error: KubefreshError): void {
    this.#holder.noteFault(error);
    const known = this.#open.get(subject);
    if (known?.code === error.code && known.message === error.message) return;
    this.#open.set(subject, error);
    this.emit('fault', { code: error.code, error });
  }

  /** `subject` is well. */
  heal(subject: string): void {
    this.#open.delete(subject);
  }

  /** What is at fault now. */
  get faults(): readonly KubefreshError[] {
    return [...this.#open.values()];
  }

  /** What is at fault with `subject` now, if anything. */
  faultOf(subject: string): KubefreshError | undefined {
    return this.#open.get(subject);
  }
}
