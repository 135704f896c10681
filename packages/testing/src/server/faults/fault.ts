import type { RequestFacts } from '../../journal/entry.ts';
import type { Exchange } from '../http/exchange.ts';

/** A fault that was switched on. */
export interface Fault extends Disposable {
  /** Its name in the journal. */
  readonly name: string;
  /** Whether it still acts. */
  readonly active: boolean;
  /** How many requests it has acted on. */
  readonly hits: number;
  /** Switches it off; a second call does nothing. */
  stop(): void;
}

/** How long a fault acts. Without a bound: until it is stopped. */
export interface FaultOptions {
  /** Its name in the journal. Default: the name of the method that switched it on. */
  readonly name?: string;
  /** Ends after it has acted on so many requests. */
  readonly times?: number;
  /** Ends after so many milliseconds of real time. */
  readonly forMs?: number;
}

/**
 * Where on its way a fault meets a request: at `arrival`, before anybody looked at it (slow, cut, redirect); at its
 * `credential`, in place of the authenticator (refuse, strip); in `handling`, once it is known who asks (429, any answer).
 */
export type FaultPhase = 'arrival' | 'credential' | 'handling';

/** What became of the request: the fault answered it, or it goes on. */
export type FaultOutcome = 'answered' | 'goes on';

/** The inside of a fault. */
export interface FaultRule {
  readonly phase: FaultPhase;
  matches(request: RequestFacts): boolean;
  act(exchange: Exchange): FaultOutcome | Promise<FaultOutcome>;
}
