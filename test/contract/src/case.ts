import type { Question } from './send.ts';
import type { World } from './world.ts';

/** One thing that both servers are asked. */
export interface ContractCase {
  readonly title: string;
  /** What to ask; it may prepare by asking before, and is run once for each world. */
  ask(world: World): Promise<Question>;
}
