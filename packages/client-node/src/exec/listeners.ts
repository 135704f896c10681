import { emitWarning } from 'node:process';
import type { Listener, SourceEvents } from '@kubefresh/core';

/** Listeners of a source; what one throws becomes a process warning, as with the sources of core. */
export class Listeners {
  readonly #listeners = new Map<keyof SourceEvents, Set<Listener<never>>>();

  add<Name extends keyof SourceEvents>(name: Name, listener: Listener<SourceEvents[Name]>): void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(listener));
  }

  remove<Name extends keyof SourceEvents>(name: Name, listener: Listener<SourceEvents[Name]>): void {
    this.#listeners.get(name)?.delete(listener);
  }

  tell<Name extends keyof SourceEvents>(name: Name, event: SourceEvents[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])] as Listener<SourceEvents[Name]>[]) {
      try {
        listener(event);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        emitWarning(`A listener of '${name}' failed: ${why}`, {
          type: 'KubefreshWarning',
          code: 'KUBEFRESH_LISTENER_FAILED',
        });
      }
    }
  }
}
