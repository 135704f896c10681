import type { Bench } from '../bench.ts';
import { HTTP_METHOD, httpRows } from '../http-rows.ts';

/** What the agent for node:https costs. */
export const httpsAgentBench: Bench = {
  name: 'https-agent',
  title: 'Requests by node:https with our agent, against a plain keep-alive agent with the same Authorization',
  method: HTTP_METHOD,
  run: (pace) => httpRows('node:https', [1, 64], pace),
};
