import { emitWarning } from './warnings.ts';

/** A map of event names to the object that a listener gets. */
export type EventMap = Record<string, object>;

/** A function that hears an event; what it throws or rejects with becomes a process warning and harms nobody. */
export type Listener<Event> = (event: Event) => void;

/**
 * Typed events whose listeners cannot hurt the one who emits: unlike Node's EventEmitter, a throwing listener stops neither
 * the others nor the renewal it was told about, and an `error` event without a listener is no crash.
 */
export class Emitter<Events extends EventMap> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(listener));
  }

  off<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): void {
    const set = this.#listeners.get(name);
    if (set?.delete(listener) && set.size === 0) this.#listeners.delete(name);
  }

  /** Whether nobody listens. */
  get idle(): boolean {
    return this.#listeners.size === 0;
  }

  /** Tells one listener, if it still listens. */
  emitTo<Name extends keyof Events>(listener: Listener<Events[Name]>, name: Name, event: Events[Name]): void {
    if (this.#listeners.get(name)?.has(listener)) call(listener, event, String(name));
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    const set = this.#listeners.get(name);
    if (set === undefined) return;
    // A copy: a listener may add or remove listeners while it runs.
    for (const listener of [...set] as Listener<Events[Name]>[]) call(listener, event, String(name));
  }
}

/** Whatever was thrown: not all of it can be made a text of. */
function messageOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return typeof error;
  }
}

function call<Event>(listener: Listener<Event>, event: Event, name: string): void {
  const complain = (error: unknown) =>
    emitWarning(`A listener of '${name}' failed: ${messageOf(error)}`, {
      type: 'KubefreshWarning',
      code: 'KUBEFRESH_LISTENER_FAILED',
    });
  try {
    // An async listener returns a promise although its type says void: its rejection is as little our caller's problem.
    const result: unknown = listener(event);
    // No instanceof: it may be of another realm (jest) or library.
    if (typeof result === 'object' && result !== null && 'then' in result) Promise.resolve(result).catch(complain);
  } catch (error) {
    complain(error);
  }
}
