import type { Agent } from 'node:http';
import type { createDispatcher } from '@kubefresh/core/undici';
import type { OfficialKubeConfig, RequestContext } from '../official.ts';

type Dispatcher = ReturnType<typeof createDispatcher>;

/** The official client's own methods, which ours stand before. */
export type Methods = Pick<OfficialKubeConfig, 'applySecurityAuthentication' | 'applyToHTTPSOptions'>;

/** The dispatcher that the official client (2.x) would use for a request; undefined for the global one. */
export async function scratchDispatcher(methods: Methods, shadow: OfficialKubeConfig): Promise<Dispatcher | undefined> {
  let dispatcher: Dispatcher | undefined;
  const context: RequestContext = {
    setHeaderParam() {},
    setDispatcher(made) {
      dispatcher = made as Dispatcher;
    },
  };
  await methods.applySecurityAuthentication.call(shadow, context as never);
  return dispatcher;
}

/** The agent that the official client would use: for WebSockets in 2.x, for everything in 1.x. */
export async function scratchAgent(methods: Methods, shadow: OfficialKubeConfig): Promise<Agent> {
  const options: { agent?: Agent } = {};
  await methods.applyToHTTPSOptions.call(shadow, options as never);
  return options.agent as Agent;
}
