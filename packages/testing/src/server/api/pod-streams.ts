import { WebSocketServer } from 'ws';
import type { Exchange } from '../http/exchange.ts';
import type { Route } from '../http/router.ts';
import { StatusError } from '../http/status.ts';
import { isTrue, type ResourceTarget } from '../http/target.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { runExec } from '../streams/exec-session.ts';
import type { PodStreams } from '../streams/pod-streams.ts';
import { runPortForward } from '../streams/port-forward.ts';

// Newest first: of those the client offers the first of these is taken.
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io', 'base64.channel.k8s.io'];

/** `exec`, `attach` and `portforward` of pods, over WebSockets. */
export function podStreamsRoute(store: ResourceStore, pods: PodStreams): Route {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });
  return {
    accepts: ({ resource }) =>
      resource?.plural === 'pods' && /^(exec|attach|portforward)$/.test(resource.subresource ?? ''),
    handle: (exchange, { resource }) => {
      const { namespace = '', name = '', subresource } = resource as ResourceTarget;
      store.get({ group: '', plural: 'pods', namespace, name });
      const { query } = exchange.facts;
      const ports = query.getAll('ports').flatMap((value) => value.split(',').map(Number));
      accept(sockets, exchange, (socket) => {
        if (subresource === 'portforward') {
          runPortForward(socket, { namespace, pod: name, ports }, pods.portForward);
        } else {
          void runExec(socket, { namespace, pod: name, query }, pods.handlerOf(subresource as 'exec' | 'attach'));
        }
      });
    },
  };
}

function accept(
  sockets: WebSocketServer,
  exchange: Exchange,
  run: (socket: Parameters<typeof runExec>[0]) => void,
): void {
  if (exchange.facts.headers['upgrade']?.toLowerCase() !== 'websocket') {
    // The real server's words: kubernetes-client opens its WebSocket when it has read exactly them.
    throw new StatusError(400, 'BadRequest', 'Upgrade request required');
  }
  const { request, socket, head } = exchange.switchProtocols();
  sockets.handleUpgrade(request, socket, head, run);
}

/** `pods/<name>/log`, with `follow` and `tailLines`. */
export function podLogsRoute(store: ResourceStore, pods: PodStreams): Route {
  return {
    accepts: ({ resource }) => resource?.plural === 'pods' && resource.subresource === 'log',
    handle: (exchange, { resource }) => {
      const { namespace = '', name = '' } = resource as ResourceTarget;
      store.get({ group: '', plural: 'pods', namespace, name });
      const { query } = exchange.facts;
      const pod = `${namespace}/${name}`;
      const tail = query.get('tailLines');
      const lines = pods.logs.lines(pod).slice(tail === null ? 0 : -Number(tail) || Number.POSITIVE_INFINITY);
      exchange.start(200, { 'content-type': 'text/plain' });
      for (const line of lines) exchange.write(`${line}\n`);
      if (!isTrue(query.get('follow'))) return exchange.end();
      const stop = pods.logs.follow(pod, {
        line: (text) => exchange.write(`${text}\n`),
        end: () => exchange.end(),
      });
      exchange.response.once('close', stop);
    },
  };
}
