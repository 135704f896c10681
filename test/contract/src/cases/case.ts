import { type Shape, shapeOf } from '../compare/shape.ts';
import { type Question, send } from '../wire/send.ts';
import type { World } from '../worlds/world.ts';

/** One thing that both servers are asked. */
export interface ContractCase {
  /** Unlike any other's: exceptions are made by it. */
  readonly title: string;
  /** Brings the world into the state that the case is about, asks, and says what came back. */
  observe(world: World): Promise<Shape>;
}

/** A case of one request over HTTP/1.1. */
export function asks(
  title: string,
  question: Question | ((world: World) => Question | Promise<Question>),
): ContractCase {
  return {
    title,
    observe: async (world) =>
      shapeOf(world, await send(world, typeof question === 'function' ? await question(world) : question)),
  };
}
