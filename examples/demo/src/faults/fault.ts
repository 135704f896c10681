import type { Stage } from '../stage.ts';

/** Something that happens to the token, the volume or the server. */
export interface Fault {
  /** What `--fault` takes. */
  readonly name: string;
  /** What happens, in a line. */
  readonly about: string;
  /** How many slots of a run it takes. Default 1. */
  readonly slots?: number;
  /** Plays it. `hold` waits so many ms (less in a short run) and rejects when the run is cut short. */
  play(stage: Stage, hold: (ms: number) => Promise<void>): Promise<void>;
}
