import type { TestKubelet } from '../kubelet/test-kubelet.ts';
import type { TestApiServer } from '../server/test-api-server.ts';
import type { ProjectedVolume } from '../volume/projected-volume.ts';

/** Where a fault is played; a `TestCluster` is one. */
export interface FaultStage {
  /** The server that is made to misbehave. */
  readonly server: TestApiServer;
  /** The volume that is damaged. */
  readonly volume: ProjectedVolume;
  /** The kubelet that is rotated or held. */
  readonly kubelet: TestKubelet;
}

/** A fault as it stands in the table. */
export interface FaultDescription {
  /** Its short mark: `F` files, `T` tokens, `S` server, `C` certificates. */
  readonly id: string;
  /** Its speaking name, which `playFault` takes as well. */
  readonly name: string;
  /** What happens, in a line. */
  readonly title: string;
  /** The forms it comes in; the first is the default. Empty: just one. */
  readonly variants: readonly string[];
}

/** One playing of a fault, as the fault itself sees it. */
export interface FaultRun extends FaultStage {
  /** The variant that was asked for, or the first. */
  readonly variant: string;
  /** Has this done when the fault is stopped. */
  onStop(heal: () => unknown): void;
  /** Waits so many milliseconds, less if the fault is stopped; then false. */
  pause(ms: number): Promise<boolean>;
}

/** A fault with what it does. */
export interface NamedFault extends FaultDescription {
  /** Brings it about. Resolves when it has run its course; most last until they are stopped. */
  play(run: FaultRun): void | Promise<void>;
}
