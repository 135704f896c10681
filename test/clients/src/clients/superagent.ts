import { createAgent } from '@kubefresh/core/https';
import superagent from 'superagent';
import { type Connect, JSON_HEADERS } from '../client.ts';

export const connect: Connect = (cluster) => {
  const agent = createAgent(cluster);
  const send = async (request: superagent.SuperAgentRequest) => {
    const { status, text } = await request.agent(agent).ok(() => true);
    return { status, body: text };
  };
  return {
    get: (url) => send(superagent.get(url)),
    post: (url, json) => send(superagent.post(url).set(JSON_HEADERS).send(json)),
    close: () => agent.destroy(),
  };
};
