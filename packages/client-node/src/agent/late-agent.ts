import http, { type Agent, type ClientRequest } from 'node:http';
import https from 'node:https';
import type { Credential } from '@kubefresh/core';
import type { Route } from '../route/route.ts';
import type { RequestTaker } from './follow.ts';
import { HeldRequest } from './held-request.ts';

/** An agent for a request that is made before there is a credential: it holds the request until there is one. */
export function lateAgent(route: Route, coming: Promise<Credential | undefined>): Agent {
  const agent = new (route.isEncrypted ? https : http).Agent({ keepAlive: true }) as RequestTaker;
  agent.addRequest = (request, ...rest) => {
    const held = new HeldRequest(request);
    void send(held, request, rest);
  };
  return agent;

  async function send(held: HeldRequest, request: ClientRequest, rest: Rest): Promise<void> {
    try {
      const credential = await coming;
      const taker = (await route.agentFor(credential)) as RequestTaker;
      held.letGo(() => {
        // What the caller set himself stays.
        if (credential !== undefined && !request.hasHeader('authorization'))
          request.setHeader('authorization', route.issued.for(credential));
        taker.addRequest(request, ...rest);
      });
    } catch (error) {
      held.fail(error as Error);
    }
  }
}

type Rest = Parameters<RequestTaker['addRequest']> extends [unknown, ...infer Others] ? Others : never;
