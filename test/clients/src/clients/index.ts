import type { Connect } from '../client.ts';
import { connect as axios } from './axios.ts';
import { connect as axiosFetch } from './axios-fetch.ts';
import { connect as builtInWebSocket } from './built-in-websocket.ts';
import { connect as fetch } from './fetch.ts';
import { connect as gaxios } from './gaxios.ts';
import { connect as got } from './got.ts';
import { connect as ky } from './ky.ts';
import { connect as nodeFetch3 } from './node-fetch.ts';
import { connect as nodeFetch2 } from './node-fetch-2.ts';
import { connect as nodeHttps } from './node-https.ts';
import { connect as superagent } from './superagent.ts';
import * as undici from './undici.ts';
import { connect as ws } from './ws.ts';

/** Clients on `createAgent()`: it cannot send a request again, so a 401 reaches the caller. */
export const ON_AGENT: Readonly<Record<string, Connect>> = {
  'node:https': nodeHttps,
  'axios 1': axios,
  'got 16': got,
  'node-fetch 2': nodeFetch2,
  'node-fetch 3': nodeFetch3,
  'superagent 10': superagent,
  'gaxios 8': gaxios,
};

/** Clients on `createFetch()` or `createDispatcher()`, which send once more. */
export const ON_DISPATCHER: Readonly<Record<string, Connect>> = {
  'createFetch()': fetch,
  'ky 2': ky,
  "axios 1 with adapter 'fetch'": axiosFetch,
  'request of undici 6': undici.undici6Request,
  'request of undici 7': undici.undici7Request,
  'request of undici 8': undici.undici8Request,
  'fetch of undici 6': undici.undici6Fetch,
  'fetch of undici 7': undici.undici7Fetch,
  'fetch of undici 8': undici.undici8Fetch,
  'built-in fetch': undici.builtInFetch,
};

/** WebSockets on `createAgent()`. */
export const SOCKETS_ON_AGENT: Readonly<Record<string, Connect>> = { 'ws 8': ws };

/** WebSockets on `createDispatcher()`. */
export const SOCKETS_ON_DISPATCHER: Readonly<Record<string, Connect>> = { 'built-in WebSocket': builtInWebSocket };

/** All of them by name. */
export const CLIENTS = { ...ON_AGENT, ...ON_DISPATCHER, ...SOCKETS_ON_AGENT, ...SOCKETS_ON_DISPATCHER };
