import { faults, programme } from './faults/all.ts';
import type { Fault } from './faults/fault.ts';

/** A fault and when it begins, ms after the start. */
export interface Act {
  readonly at: number;
  readonly fault: Fault;
}

/** What a run plays. */
export interface Scenario {
  readonly seconds: number;
  /** How long its tokens live. */
  readonly lifetimeSeconds: number;
  /** By how much the faults' own times are shortened: 1 is not at all. */
  readonly pace: number;
  readonly acts: readonly Act[];
}

/** The length for which the faults' times were chosen. A longer run plays the programme several times. */
export const USUAL_SECONDS = 25;
/** Below this the acts would run into each other. */
export const SHORTEST_SECONDS = 5;
/** Of one fault alone. */
export const SINGLE_SECONDS = 10;
/** Where the one fault of `--fault` begins: late enough to see that all was well before. */
const SINGLE_AT = 0.25;
/** By which the tokens of a usual run outlive their use. */
const MARGIN_SECONDS = 2.5;
/** Beyond the run: in a run of one fault no token may expire by itself. */
const SINGLE_EXTRA_SECONDS = 30;

/** Lays the acts out over the time. */
export function scenario(seconds: number, only?: Fault): Scenario {
  if (only) {
    const acts = [{ at: seconds * SINGLE_AT * 1000, fault: only }];
    return { seconds, lifetimeSeconds: seconds + SINGLE_EXTRA_SECONDS, pace: paceOf(seconds * 2), acts };
  }
  const rounds = Math.max(1, Math.round(seconds / USUAL_SECONDS));
  const played = Array.from({ length: rounds }, () => programme).flat();
  const roundSeconds = seconds / rounds;
  // One slot of calm before the first act.
  const starts = played.map((_, index) => played.slice(0, index).reduce((sum, fault) => sum + slotsOf(fault), 1));
  const slot = (seconds * 1000) / played.reduce((sum, fault) => sum + slotsOf(fault), 1);
  return {
    seconds,
    // The longest that a token has to serve is two slots: a CA rotation brings none.
    lifetimeSeconds: Math.round((2 * slot) / 100 + MARGIN_SECONDS * 10) / 10,
    pace: paceOf(roundSeconds),
    acts: played.map((fault, index) => ({ at: slot * (starts[index] ?? 0), fault })),
  };
}

/** The fault of that name. */
export function faultNamed(name: string): Fault | undefined {
  return faults.find((fault) => fault.name === name);
}

function slotsOf({ slots = 1 }: Fault): number {
  return slots;
}

function paceOf(seconds: number): number {
  return Math.min(1, seconds / USUAL_SECONDS);
}
