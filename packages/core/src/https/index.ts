/**
 * The token of now in every request of node:https and what is built on it.
 * @packageDocumentation
 */
export { createAgent } from './agent.ts';
export type { AgentOptions } from './options.ts';
