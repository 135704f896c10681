import http, { type Agent, type ClientRequest } from 'node:http';
import https from 'node:https';

/** Marks the options of a stand-in: what follows the request it stands in for follows it too. */
export const STAND_IN = Symbol('kubefresh.stand-in');

/** What a stand-in's owner hears of it, beside responses, upgrades and errors. */
const TOLD = ['information', 'continue', 'timeout', 'abort', 'close', 'socket'] as const;

/** Hears what happens to a stand-in; answers whether anybody listened. */
export type Hear = (name: string, args: unknown[]) => boolean;

/**
 * Makes a request like another, with another token and perhaps on another agent; its body is the caller's to write.
 *
 * @param request - the one that it stands in for.
 * @param options - what that one was made with.
 */
export function standInFor(
  request: ClientRequest,
  options: object,
  { agent, authorization }: { readonly agent: Agent; readonly authorization: string },
): ClientRequest {
  const { method, path, protocol } = request;
  const headers = { ...request.getHeaders(), authorization };
  const send = protocol === 'http:' ? http.request : https.request;
  // The CA is the agent's; that of the options may be the old one.
  const changed = { ca: undefined, agent, method, path, headers, [STAND_IN]: true };
  return send({ ...options, ...changed } as https.RequestOptions);
}

/** Tells `hear` what happens to a stand-in for `request`. */
export function listenTo(standIn: ClientRequest, request: ClientRequest, hear: Hear): void {
  standIn.on('response', (response) => {
    // As Node has it, for those who ask the request.
    Object.assign(request, { res: response });
    if (!hear('response', [response])) response.resume();
  });
  standIn.on('error', (error) => hear('error', [error]));
  for (const name of TOLD) standIn.on(name, (...args: unknown[]) => hear(name, args));
  // Node closes an upgraded connection that nobody listens for, and so must we be no listener for nobody.
  if (request.listenerCount('upgrade') > 0) standIn.on('upgrade', (...args) => hear('upgrade', args));
}
