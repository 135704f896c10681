import { createFetch } from '@kubefresh/core/undici';
import axios from 'axios';
import { type Connect, JSON_HEADERS } from '../client.ts';

export const connect: Connect = (cluster) => {
  const fetch = createFetch(cluster);
  const client = axios.create({ adapter: 'fetch', env: { fetch }, validateStatus: () => true, responseType: 'text' });
  return {
    get: async (url) => {
      const { status, data } = await client.get<string>(url);
      return { status, body: data };
    },
    post: async (url, json) => {
      const { status, data } = await client.post<string>(url, json, { headers: JSON_HEADERS });
      return { status, body: data };
    },
    close: () => fetch.close(),
  };
};
