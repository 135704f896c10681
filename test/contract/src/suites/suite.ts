import type { Profile } from '@kubefresh-test/cluster';
import type { ContractCase } from '../cases/case.ts';
import type { KitWorld } from '../worlds/kit.ts';
import type { RealWorld } from '../worlds/real.ts';

/** The two worlds of a suite, in the same state. */
export interface Worlds {
  readonly real: RealWorld;
  readonly kit: KitWorld;
}

/** Cases that are asked of the same two worlds. */
export interface Suite {
  readonly title: string;
  /** What the real world needs. */
  readonly profile: Profile;
  readonly cases: readonly ContractCase[];
  start(): Promise<Worlds>;
}
