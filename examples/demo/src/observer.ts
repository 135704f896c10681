import type { Call } from './call.ts';
import { byCall, type Figures, figuresOf } from './count.ts';
import type { Act, Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';
import { workloads } from './workloads/all.ts';

/** How things stand: what a view shows. Times are ms. */
export interface Snapshot {
  readonly scenario: Scenario;
  /** Since the start. */
  readonly elapsed: number;
  /** Since the epoch. */
  readonly now: number;
  readonly lanes: readonly Figures[];
  /** Rotations so far: tokens that landed after the first. */
  readonly rotations: number;
  /** The last act that began, and the one after it. */
  readonly act: Act | undefined;
  readonly next: Act | undefined;
}

/** Counts a run while it goes on. */
export class Observer {
  readonly #scenario: Scenario;
  readonly #stage: Stage;
  readonly #calls: readonly Call[];
  readonly #startedAt = Date.now();
  #act: Act | undefined;

  /** @param calls - the drivers' notes, which grow. */
  constructor(scenario: Scenario, stage: Stage, calls: readonly Call[]) {
    this.#scenario = scenario;
    this.#stage = stage;
    this.#calls = calls;
  }

  /** Notes that an act begins. */
  begins(act: Act): void {
    this.#act = act;
  }

  snapshot(): Snapshot {
    const { acts } = this.#scenario;
    const now = Date.now();
    const { server, landings } = this.#stage;
    const evidence = { requests: byCall(server.journal.entries), calls: this.#calls, landings, now };
    return {
      scenario: this.#scenario,
      elapsed: now - this.#startedAt,
      now,
      lanes: workloads.map(({ name }) => figuresOf(name, evidence)),
      rotations: landings.length - 1,
      act: this.#act,
      next: acts[this.#act === undefined ? 0 : acts.indexOf(this.#act) + 1],
    };
  }
}
