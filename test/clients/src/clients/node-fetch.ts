import { createAgent } from '@kubefresh/core/https';
import fetch from 'node-fetch';
import { type Connect, JSON_HEADERS } from '../client.ts';

export const connect: Connect = (cluster) => {
  const agent = createAgent(cluster);
  const send = async (url: string, options: object) => {
    const response = await fetch(url, { agent, ...options });
    return { status: response.status, body: await response.text() };
  };
  return {
    get: (url) => send(url, {}),
    post: (url, json) => send(url, { method: 'POST', body: json, headers: JSON_HEADERS }),
    close: () => agent.destroy(),
  };
};
