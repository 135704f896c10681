import { createDispatcher } from '@kubefresh/core/undici';
import { fetch as fetch8, request as request8 } from 'undici';
import { fetch as fetch6, request as request6 } from 'undici6';
import { fetch as fetch7, request as request7 } from 'undici7';
import { type Connect, JSON_HEADERS } from '../client.ts';

type Request = (url: string, options: object) => Promise<{ statusCode: number; body: { text(): Promise<string> } }>;
type Fetch = (url: string, options: object) => Promise<{ status: number; text(): Promise<string> }>;

export const undici6Request = viaRequest(request6 as unknown as Request);
export const undici7Request = viaRequest(request7 as unknown as Request);
export const undici8Request = viaRequest(request8 as unknown as Request);
export const undici6Fetch = viaFetch(fetch6 as unknown as Fetch);
export const undici7Fetch = viaFetch(fetch7 as unknown as Fetch);
export const undici8Fetch = viaFetch(fetch8 as unknown as Fetch);
export const builtInFetch = viaFetch(globalThis.fetch as unknown as Fetch);

function viaRequest(request: Request): Connect {
  return (cluster) => {
    const dispatcher = createDispatcher(cluster);
    const send = async (url: string, options: object) => {
      const { statusCode, body } = await request(url, { dispatcher, ...options });
      return { status: statusCode, body: await body.text() };
    };
    return {
      get: (url) => send(url, {}),
      post: (url, json) => send(url, { method: 'POST', body: json, headers: JSON_HEADERS }),
      close: () => dispatcher.close(),
    };
  };
}

function viaFetch(fetch: Fetch): Connect {
  return (cluster) => {
    const dispatcher = createDispatcher(cluster);
    const send = async (url: string, options: object) => {
      const response = await fetch(url, { dispatcher, ...options });
      return { status: response.status, body: await response.text() };
    };
    return {
      get: (url) => send(url, {}),
      post: (url, json) => send(url, { method: 'POST', body: json, headers: JSON_HEADERS }),
      close: () => dispatcher.close(),
    };
  };
}
