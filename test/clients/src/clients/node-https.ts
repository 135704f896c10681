import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { createAgent } from '@kubefresh/core/https';
import type { Answer, Connect } from '../client.ts';
import { JSON_HEADERS } from '../client.ts';

export const connect: Connect = (cluster) => {
  const agent = createAgent(cluster);
  const send = (url: string, method: string, json?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const options = { method, agent, ...(json === undefined ? {} : { headers: JSON_HEADERS }) };
      request(url, options, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      })
        .on('error', reject)
        .end(json);
    });
  return {
    get: (url) => send(url, 'GET'),
    post: (url, json) => send(url, 'POST', json),
    close: () => agent.destroy(),
  };
};
