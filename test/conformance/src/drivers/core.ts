import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type RequestOptions, request as send } from 'node:https';
import { createInterface } from 'node:readline';
import { pipeline, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createAgent } from '@kubefresh/core/https';
import { createDispatcher, createFetch } from '@kubefresh/core/undici';
import { type Dispatcher, request } from 'undici';
import type { Client, Driver, Operations, OwnHeaders, UploadBody, Watching, World } from '../driver.ts';
import { bodyFor, withHost } from './forms.ts';
import { type Place, placeOf } from './place.ts';
import { podSockets } from './pod-sockets.ts';

const PODS = '/api/v1/namespaces/default/pods';
const AN_AGENT_IS_SYNCHRONOUS = 'an https.Agent cannot wait: the request fails with CredentialUnavailableError';
const ITS_MAKERS = 'it belongs to whoever made it, and so do its connections';
const NO_WEBSOCKET = 'it opens no WebSockets';
const AN_AGENT_CANNOT_RESEND = 'an https.Agent cannot send a request again: the 401 reaches the caller';

/** How a way of sending sends: resolves with the body of a success, rejects with the status of anything else. */
type Send = (
  path: string,
  options?: {
    method?: string;
    body?: UploadBody;
    headers?: OwnHeaders;
    signal?: AbortSignal;
  },
) => Promise<Readable>;

/** undici's own `request` with `createDispatcher`. */
export const dispatcher: Driver = {
  id: 'core-dispatcher',
  client: 'undici 8: request()',
  flavour: 'kubefresh',
  paths: ['call', 'list', 'create', 'watch', 'log'],
  lacks: { exec: NO_WEBSOCKET, pairs: 'undici takes an array as a flat one; pairs come as Headers' },
  except: { P8: ITS_MAKERS },
  connect: (world) => {
    const place = placeOf(world);
    const via: Dispatcher = createDispatcher(optionsOf(world, place));
    return client(
      place,
      () => via.destroy(),
      async (path, { method = 'GET', body, headers, signal } = {}) => {
        const answer = await request(place.origin + path, {
          dispatcher: via,
          method: method as Dispatcher.HttpMethod,
          headers: (headers ?? {}) as Record<string, string>,
          // Its types know no iterables, and an array of pairs for flat.
          ...(body === undefined ? {} : { body: bodyFor(body) as string }),
          ...(signal && { signal }),
        });
        return checked(answer.statusCode, answer.body);
      },
    );
  },
};

/** `createFetch`. */
export const fetchClient: Driver = {
  id: 'core-fetch',
  client: 'createFetch()',
  flavour: 'kubefresh',
  paths: ['call', 'list', 'create', 'watch', 'log'],
  lacks: {
    exec: NO_WEBSOCKET,
    flat: 'fetch takes no flat array of headers',
    http2: "Node's own fetch is given HTTP/1.1 alone: its undici is an older one",
  },
  except: { P8: ITS_MAKERS },
  connect: (world) => {
    const place = placeOf(world);
    const fetch = createFetch(optionsOf(world, place));
    return client(
      place,
      () => fetch.close(),
      async (path, init = {}) => {
        // Its types know neither iterables nor the `duplex` that a stream has to have.
        const answer = await fetch(path, { ...init, duplex: 'half' } as RequestInit);
        const body =
          answer.body === null
            ? Readable.from([])
            : Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
        return checked(answer.status, body);
      },
    );
  },
};

/** node:https, and `ws` for exec, with `createAgent`. */
export const agent: Driver = {
  id: 'core-agent',
  client: 'node:https and ws',
  flavour: 'kubefresh',
  paths: ['call', 'list', 'create', 'watch', 'log', 'exec'],
  lacks: {
    http2: 'node:https speaks HTTP/1.1 alone',
    explains403: 'an https.Agent is shown no bodies, and only the body tells this 403 from others',
    formData: 'node:https knows no FormData',
  },
  resends: false,
  except: {
    S2: AN_AGENT_CANNOT_RESEND,
    S5: AN_AGENT_CANNOT_RESEND,
    'S12/call': AN_AGENT_CANNOT_RESEND,
    P4: AN_AGENT_IS_SYNCHRONOUS,
    P9: AN_AGENT_CANNOT_RESEND,
    P8: ITS_MAKERS,
  },
  connect: (world) => {
    const place = placeOf(world);
    const via = createAgent(place);
    const plain = client(
      place,
      () => via.destroy(),
      async (path, { method = 'GET', body, headers, signal } = {}) => {
        const options: RequestOptions = { agent: via, method, ...(signal && { signal }) };
        // It takes this class by a method of its own.
        const sent =
          headers instanceof Headers
            ? send(place.origin + path, options).setHeaders(headers)
            : send(place.origin + path, { ...options, headers: withHost(headers, place.origin) });
        return answerTo(sent, body);
      },
    );
    return { ...plain, ...podSockets(place.origin + PODS, via) };
  },
};

function optionsOf({ http2 = false, maxReplayBytes }: World, place: Place) {
  return { ...place, allowH2: http2, ...(maxReplayBytes !== undefined && { maxReplayBytes }) };
}

/** A body that flows is left where it is when the answer comes before its end. */
async function answerTo(sent: ClientRequest, body: UploadBody | undefined): Promise<Readable> {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) sent.end(body);
  else pipeline(Readable.from(body as AsyncIterable<Uint8Array>), sent, () => {});
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return checked(answer.statusCode ?? 0, answer);
}

function client({ source }: Place, end: () => unknown, sending: Send): Client {
  const read = async (path: string, options?: Parameters<Send>[1]) => text(await sending(path, options));
  const upload: Operations['upload'] = async (body, { method = 'POST', pod, type = 'application/json' } = {}) => {
    const path = pod === undefined ? PODS : `${PODS}/${pod}`;
    await read(path, { method, body, headers: { 'content-type': type } });
  };
  const operations: Omit<Operations, 'exec' | 'attach' | 'forward'> = {
    call: async (pod) => JSON.parse(await read(`${PODS}/${pod}`)).metadata.name,
    list: async () => JSON.parse(await read(PODS)).items.map((item: Pod) => item.metadata.name),
    create: async (name, note = '') => {
      await upload(noted(name, note));
    },
    watch: async (onPod, { timeoutSeconds } = {}) => {
      const limit = timeoutSeconds === undefined ? '' : `&timeoutSeconds=${timeoutSeconds}`;
      return follow(() => sending(`${PODS}?watch=true${limit}`), onPod);
    },
    log: (pod) => read(`${PODS}/${pod}/log`),
    followLog: async (pod, onLine) => {
      const lines = createInterface(await sending(`${PODS}/${pod}/log?follow=true`));
      lines.on('line', onLine);
    },
    callUntil: async (pod, signal) => JSON.parse(await read(`${PODS}/${pod}`, { signal })).metadata.name,
    patch: (pod, note) => upload(noted(pod, note), { method: 'PATCH', pod, type: 'application/merge-patch+json' }),
    replace: (pod, note) => upload(noted(pod, note), { method: 'PUT', pod }),
    upload,
    getAs: (path, headers) => read(path, { headers }),
    proxy: (pod) => read(`${PODS}/${pod}/proxy/`),
  };
  return {
    ...operations,
    [Symbol.asyncDispose]: async () => {
      // At once: what waits for a token is not to be waited for.
      await Promise.all([end(), source.close()]);
    },
  };
}

function noted(name: string, note: string): string {
  const metadata = { name, annotations: { note } };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } });
}

interface Pod {
  readonly metadata: { readonly name: string };
}

/** As people write it by hand: open, read line by line, open again when it has ended, however it ended. */
async function follow(open: () => Promise<Readable>, onPod: (name: string) => void): Promise<Watching> {
  let stopped = false;
  let stream = await open();
  const read = async () => {
    for await (const line of createInterface(stream)) onPod((JSON.parse(line) as { object: Pod }).object.metadata.name);
  };
  const run = async () => {
    while (!stopped) {
      // A cut stream is the network's affair; what the suite asks is whether the next one opens.
      await read().catch(() => {});
      if (!stopped) stream = await open();
    }
    stream.destroy();
  };
  const ended = new Promise<unknown>((resolve) => {
    run().catch((error: unknown) => !stopped && resolve(error));
  });
  return {
    ended,
    stop: () => {
      stopped = true;
      stream.on('error', () => {}).destroy();
    },
  };
}

function checked(status: number, body: Readable): Readable {
  if (status >= 200 && status < 300) return body;
  body.on('error', () => {}).destroy();
  throw Object.assign(new Error(`status ${status}`), { status });
}
