import type { ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import type { Exchange } from '../http/exchange.ts';
import type { Route } from '../http/router.ts';
import { StatusError } from '../http/status.ts';
import { isTrue, type ResourceTarget } from '../http/target.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { runExec } from '../streams/exec-session.ts';
import type { PodStreams } from '../streams/pod-streams.ts';
import { runPortForward } from '../streams/port-forward.ts';
import { checkContainer } from './containers.ts';

// Newest first: of those the client offers the first of these is taken.
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io', 'base64.channel.k8s.io'];

const STREAMS = ['stdin', 'stdout', 'stderr'];

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
      const { query } = exchange.facts;
      const pod = store.get({ group: '', plural: 'pods', namespace, name });
      if (subresource !== 'portforward') checkContainer(pod, query.get('container'));
      checkUpgrade(exchange);
      const offered = exchange.raw.headers['sec-websocket-protocol']?.split(',').map((each) => each.trim()) ?? [];
      if (offered.length > 0 && !PROTOCOLS.some((protocol) => offered.includes(protocol))) {
        return refuseUpgrade(exchange, 403);
      }
      if (subresource !== 'portforward' && !STREAMS.some((stream) => isTrue(query.get(stream)))) {
        return refuseUpgrade(exchange, 400, 'you must specify at least 1 of stdin, stdout, stderr');
      }
      const ports = query.getAll('ports').flatMap((value) => value.split(',').map(Number));
      const { request, socket: connection, head } = exchange.switchProtocols();
      sockets.handleUpgrade(request, connection, head, (socket) => {
        if (subresource === 'portforward') {
          runPortForward(socket, { namespace, pod: name, ports }, pods.portForward);
        } else {
          void runExec(socket, { namespace, pod: name, query }, pods.handlerOf(subresource as 'exec' | 'attach'));
        }
      });
    },
  };
}

/** @throws {StatusError} 400 for a request that asks for no WebSocket */
function checkUpgrade({ facts, upgrade }: Exchange): void {
  if (upgrade !== undefined && facts.headers['upgrade']?.toLowerCase() === 'websocket') return;
  // The real server's words: kubernetes-client opens its WebSocket when it has read exactly them.
  throw new StatusError(400, 'BadRequest', 'Upgrade request required');
}

/** What refuses here is behind the API server's handlers (the WebSocket library, the kubelet): none of their headers. */
function refuseUpgrade(exchange: Exchange, status: number, body = ''): void {
  const response = exchange.response as ServerResponse;
  exchange.decide(status);
  response.sendDate = body !== '';
  response.writeHead(status, body === '' ? {} : { 'content-type': 'text/plain; charset=utf-8' });
  response.end(body);
}
