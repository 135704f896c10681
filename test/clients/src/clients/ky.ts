import { createFetch } from '@kubefresh/core/undici';
import ky from 'ky';
import { type Connect, JSON_HEADERS } from '../client.ts';

export const connect: Connect = (cluster) => {
  const fetch = createFetch(cluster);
  const client = ky.create({ fetch, throwHttpErrors: false, retry: 0 });
  const send = async (response: Promise<Response>) => {
    const { status } = await response;
    return { status, body: await (await response).text() };
  };
  return {
    get: (url) => send(client.get(url)),
    post: (url, json) => send(client.post(url, { body: json, headers: JSON_HEADERS })),
    close: () => fetch.close(),
  };
};
