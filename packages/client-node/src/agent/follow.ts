import type { Agent, ClientRequest } from 'node:http';
import { Attempt } from './attempt.ts';
import { IdleConnections } from './idle-connections.ts';
import type { RequestPlace } from './place.ts';
import { STAND_IN } from './stand-in.ts';
import type { Upstream } from './upstream.ts';

/** What Node calls on an agent for each request: an agreement of node:http with its agents, which its types leave out. */
export interface RequestTaker extends Agent {
  keepAlive: boolean;
  addRequest(request: ClientRequest, options: RequestPlace & { [STAND_IN]?: boolean }, ...rest: unknown[]): void;
}

/**
 * Makes an agent of the official client ours: it keeps connections, sends the token of now to the API server and to nobody
 * else, and sends once more what a newer token or CA can cure.
 *
 * @param ca - that of the credential which the agent was made with.
 */
export function follow(agent: Agent, ca: string | undefined, upstream: Upstream): Agent {
  const taker = agent as RequestTaker;
  const addRequest = taker.addRequest;
  taker.keepAlive = true;
  new IdleConnections(agent);
  taker.addRequest = (request, options, ...rest) => {
    if (options[STAND_IN] !== true && !request.headersSent) inject(request, options, ca, upstream);
    addRequest.call(taker, request, options, ...rest);
  };
  return agent;
}

/** Ends the connections that are idle now, and each other when its request has ended. */
export function retire(agent: Agent): void {
  (agent as RequestTaker).keepAlive = false;
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

function inject(request: ClientRequest, options: RequestPlace, ca: string | undefined, upstream: Upstream): void {
  const { place, issued, source } = upstream;
  // Whoever authenticates by himself does so on his own.
  const sent = authorizationOf(request);
  if (!issued.has(sent)) return;
  if (!place.holds(request, options)) {
    request.removeHeader('authorization');
    return;
  }
  const credential = source.current();
  const authorization = issued.for(credential);
  // Node looks at each character of a header that is set.
  if (sent !== authorization) request.setHeader('authorization', authorization);
  new Attempt(request, options, credential, ca, upstream);
}

/** node-fetch gives each header as a list. */
function authorizationOf(request: ClientRequest): unknown {
  const value: unknown = request.getHeader('authorization');
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}
