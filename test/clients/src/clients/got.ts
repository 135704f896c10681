import { createAgent } from '@kubefresh/core/https';
import got from 'got';
import { type Connect, JSON_HEADERS } from '../client.ts';

export const connect: Connect = (cluster) => {
  const https = createAgent(cluster);
  const client = got.extend({ agent: { https }, throwHttpErrors: false, retry: { limit: 0 } });
  return {
    get: async (url) => {
      const { statusCode, body } = await client.get(url);
      return { status: statusCode, body };
    },
    post: async (url, json) => {
      const { statusCode, body } = await client.post(url, { body: json, headers: JSON_HEADERS });
      return { status: statusCode, body };
    },
    close: () => https.destroy(),
  };
};
