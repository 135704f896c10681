import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request as send } from 'node:https';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createAgent } from '@kubefresh/core/https';
import { createDispatcher, createFetch } from '@kubefresh/core/undici';
import { type Dispatcher, request } from 'undici';
import WebSocket from 'ws';
import type { Client, Driver, Operations, Watching } from '../driver.ts';
import { type Place, placeOf } from './place.ts';

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
    body?: string | AsyncIterable<Uint8Array>;
    headers?: Record<string, string>;
    signal?: AbortSignal;
  },
) => Promise<Readable>;

/** undici's own `request` with `createDispatcher`. */
export const dispatcher: Driver = {
  id: 'core-dispatcher',
  client: 'undici 8: request()',
  flavour: 'kubefresh',
  paths: ['call', 'list', 'create', 'watch', 'log'],
  lacks: { exec: NO_WEBSOCKET },
  except: { P8: ITS_MAKERS },
  connect: (world) => {
    const place = placeOf(world);
    const via: Dispatcher = createDispatcher({ ...place, allowH2: world.http2 ?? false });
    return client(
      place,
      () => via.destroy(),
      async (path, { method = 'GET', body, headers, signal } = {}) => {
        const answer = await request(place.origin + path, {
          dispatcher: via,
          method: method as Dispatcher.HttpMethod,
          headers: headers ?? {},
          // Its types know no iterables.
          ...(body === undefined ? {} : { body: body as string }),
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
  lacks: { exec: NO_WEBSOCKET, http2: "Node's own fetch is given HTTP/1.1 alone: its undici is an older one" },
  except: { P8: ITS_MAKERS },
  connect: (world) => {
    const place = placeOf(world);
    const fetch = createFetch({ ...place, allowH2: world.http2 ?? false });
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
    upload: AN_AGENT_CANNOT_RESEND,
  },
  resends: false,
  except: {
    F1: 'with a rotation each few milliseconds the next request may come too late as well',
    S2: AN_AGENT_CANNOT_RESEND,
    S4: AN_AGENT_CANNOT_RESEND,
    S5: AN_AGENT_CANNOT_RESEND,
    'S12/call': AN_AGENT_CANNOT_RESEND,
    P4: AN_AGENT_IS_SYNCHRONOUS,
    'P9/call': AN_AGENT_CANNOT_RESEND,
    P8: ITS_MAKERS,
  },
  connect: (world) => {
    const place = placeOf(world);
    const via = createAgent(place);
    const plain = client(
      place,
      () => via.destroy(),
      async (path, { method = 'GET', body, headers, signal } = {}) => {
        const options: RequestOptions = { agent: via, method, ...(headers && { headers }), ...(signal && { signal }) };
        const sent = send(place.origin + path, options).end(body);
        const [answer] = (await once(sent, 'response')) as [IncomingMessage];
        return checked(answer.statusCode ?? 0, answer);
      },
    );
    return { ...plain, exec: (pod, command) => exec(place.origin, via, pod, command) };
  },
};

function client({ source }: Place, end: () => unknown, sending: Send): Client {
  const read = async (path: string, options?: Parameters<Send>[1]) => text(await sending(path, options));
  const operations: Omit<Operations, 'exec'> = {
    call: async (pod) => JSON.parse(await read(`${PODS}/${pod}`)).metadata.name,
    list: async () => JSON.parse(await read(PODS)).items.map((item: Pod) => item.metadata.name),
    create: async (name, note = '') => {
      const metadata = { name, annotations: { note } };
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } });
      await read(PODS, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
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
    upload: async (body) => {
      await read(PODS, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    },
    getAs: (path, authorization) => read(path, { headers: { authorization } }),
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

function exec(
  origin: string,
  via: ReturnType<typeof createAgent>,
  pod: string,
  command: readonly string[],
): Promise<string> {
  const query = new URLSearchParams([
    ...command.map((word): [string, string] => ['command', word]),
    ['stdout', 'true'],
  ]);
  const url = `${origin.replace('https:', 'wss:')}${PODS}/${pod}/exec?${query}`;
  const socket = new WebSocket(url, 'v4.channel.k8s.io', { agent: via });
  return new Promise((resolve, reject) => {
    let output = '';
    socket.on('message', (data: Buffer) => {
      // The first byte is the channel: 1 is stdout.
      if (data[0] === 1) output += data.subarray(1).toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(output));
  });
}

function checked(status: number, body: Readable): Readable {
  if (status >= 200 && status < 300) return body;
  body.on('error', () => {}).destroy();
  throw Object.assign(new Error(`status ${status}`), { status });
}
