import { createAgent } from '@kubefresh/core/https';
import { Gaxios } from 'gaxios';
import { type Connect, JSON_HEADERS } from '../client.ts';

export const connect: Connect = (cluster) => {
  const agent = createAgent(cluster);
  const client = new Gaxios({ agent, validateStatus: () => true, responseType: 'text', retry: false });
  const send = async (options: object) => {
    const { status, data } = await client.request<string>(options);
    return { status, body: data };
  };
  return {
    get: (url) => send({ url }),
    post: (url, json) => send({ url, method: 'POST', data: json, headers: JSON_HEADERS }),
    close: () => agent.destroy(),
  };
};
