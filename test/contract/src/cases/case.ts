import { type Shape, shapeOf } from '../compare/shape.ts';
import { type Question, send } from '../wire/send.ts';
import type { World } from '../worlds/world.ts';

/** One thing that both servers are asked. */
export interface ContractCase {
  /** Unlike any other's: exceptions are made by it. */
  readonly title: string;
  /**
   * Whether a server learns of that state by a watch of its own, usually within ms: while the answers differ, both are asked
   * again, of other objects.
   */
  readonly settles?: boolean;
  /** Brings the world into the state that the case is about, asks, and says what came back. `attempt` counts from 0. */
  observe(world: World, attempt: number): Promise<Shape>;
}

/** A case of one request over HTTP/1.1. */
export function asks(
  title: string,
  question: Question | ((world: World, attempt: number) => Question | Promise<Question>),
  settles = false,
): ContractCase {
  return {
    title,
    settles,
    observe: async (world, attempt) =>
      shapeOf(world, await send(world, typeof question === 'function' ? await question(world, attempt) : question)),
  };
}
