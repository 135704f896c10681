import { createAgent } from '@kubefresh/core/https';
import axios from 'axios';
import { type Connect, JSON_HEADERS } from '../client.ts';

export const connect: Connect = (cluster) => {
  const httpsAgent = createAgent(cluster);
  const client = axios.create({ httpsAgent, validateStatus: () => true, responseType: 'text', proxy: false });
  return {
    get: async (url) => {
      const { status, data } = await client.get<string>(url);
      return { status, body: data };
    },
    post: async (url, json) => {
      const { status, data } = await client.post<string>(url, json, { headers: JSON_HEADERS });
      return { status, body: data };
    },
    close: () => httpsAgent.destroy(),
  };
};
