import { createRequire } from 'node:module';
import { createAgent } from '@kubefresh/core/https';
import type { default as Fetch } from 'node-fetch';
import { type Connect, JSON_HEADERS } from '../client.ts';

const require = createRequire(import.meta.url);
/** Version 2 has no types of its own; what is used here is as in version 3. */
const fetch = require('node-fetch-2') as typeof Fetch;

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
