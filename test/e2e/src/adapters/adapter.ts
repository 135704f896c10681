import type { Stage } from './stage.ts';

/** A client with its adapter, or as it comes. */
export interface Adapter {
  readonly name: string;
  /** Ways of the client that are not gone, and why. */
  readonly cannot?: Readonly<Record<string, string>>;
  /** A client of its own for the pod's credential. */
  connect(stage: Stage): Connection;
}

/** A connected client. */
export interface Connection extends AsyncDisposable {
  /** Its ways to the API server; each goes all the way and rejects if what comes back is not what it must be. */
  readonly paths: Readonly<Record<string, () => Promise<void>>>;
  /** Tells of every ConfigMap of the namespace, whatever ends the watch below; `onFailure` if it gives up. */
  follow(onName: (name: string) => void, onFailure: (error: unknown) => void): Promise<() => void>;
}
