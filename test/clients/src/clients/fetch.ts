import { createFetch } from '@kubefresh/core/undici';
import { type Connect, JSON_HEADERS } from '../client.ts';

export const connect: Connect = (cluster) => {
  const fetch = createFetch(cluster);
  const send = async (url: string, init?: RequestInit) => {
    const response = await fetch(url, init);
    return { status: response.status, body: await response.text() };
  };
  return {
    get: (url) => send(url),
    post: (url, json) => send(url, { method: 'POST', body: json, headers: JSON_HEADERS }),
    close: () => fetch.close(),
  };
};
