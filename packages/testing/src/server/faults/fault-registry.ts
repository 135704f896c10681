import { systemClock } from '../../clock.ts';
import { TestingError } from '../../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Fault, FaultOptions, FaultPhase, FaultRule } from './fault.ts';

/** The faults that are on, in the order in which they were switched on. */
export class FaultRegistry {
  readonly #active = new Set<ActiveFault>();

  get names(): readonly string[] {
    return [...this.#active].map((fault) => fault.name);
  }

  get active(): readonly Fault[] {
    return [...this.#active];
  }

  /** Switches a rule on. Without a rule it is a mere name, for the journal to show what is going on. */
  add(name: string, options: FaultOptions, rule?: FaultRule): Fault {
    checkBound('times', options.times, 1);
    checkBound('forMs', options.forMs, 0);
    const fault = new ActiveFault(options.name ?? name, rule, options.times, () => {
      cancel?.();
      this.#active.delete(fault);
    });
    const cancel = options.forMs === undefined ? undefined : systemClock.after(options.forMs, () => fault.stop());
    this.#active.add(fault);
    return fault;
  }

  /** Lets the faults of a phase act; true if one of them answered the request. */
  async meet(phase: FaultPhase, exchange: Exchange): Promise<boolean> {
    for (const fault of [...this.#active]) {
      if (fault.active && fault.rule?.phase === phase && fault.rule.matches(exchange.facts)) {
        fault.hit();
        exchange.touchedBy(fault.name);
        if ((await fault.rule.act(exchange)) === 'answered') return true;
        if (exchange.gone) return true;
      }
    }
    return false;
  }

  clear(): void {
    for (const fault of [...this.#active]) fault.stop();
  }
}

/** @throws {TestingError} `ERR_KUBEFRESH_TESTING_INVALID_OPTION` */
function checkBound(option: keyof FaultOptions, value: number | undefined, least: number): void {
  if (value === undefined || value >= least) return;
  throw new TestingError(
    'ERR_KUBEFRESH_TESTING_INVALID_OPTION',
    `server.faults: ${option} must be a number from ${least} on, got ${value}; leave it out for a fault that is stopped by hand`,
  );
}

class ActiveFault implements Fault {
  readonly name: string;
  readonly rule: FaultRule | undefined;
  readonly #times: number | undefined;
  readonly #onStop: () => void;
  #hits = 0;
  #active = true;

  constructor(name: string, rule: FaultRule | undefined, times: number | undefined, onStop: () => void) {
    this.name = name;
    this.rule = rule;
    this.#times = times;
    this.#onStop = onStop;
  }

  get active(): boolean {
    return this.#active;
  }

  get hits(): number {
    return this.#hits;
  }

  hit(): void {
    this.#hits += 1;
    if (this.#times !== undefined && this.#hits >= this.#times) this.stop();
  }

  stop(): void {
    if (!this.#active) return;
    this.#active = false;
    this.#onStop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
