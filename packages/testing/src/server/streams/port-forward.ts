import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { Channels } from './channels.ts';

/** One connection to a port of a pod. */
export interface PortForwardTarget {
  /** The pod's namespace. */
  readonly namespace: string;
  /** The pod's name. */
  readonly pod: string;
  /** The port inside the pod. */
  readonly port: number;
}

/** Plays the part of what listens on the port; what it throws goes to the port's error channel. */
export type PortForwardHandler = (target: PortForwardTarget, connection: Duplex) => void;

/** Two channels a port, data and error, each begun by the port's number (`kubelet/portforward/websocket.go`). */
export function runPortForward(
  socket: WebSocket,
  target: { readonly namespace: string; readonly pod: string; readonly ports: readonly number[] },
  handler: PortForwardHandler,
): void {
  const channels = new Channels(socket);
  for (const [index, port] of target.ports.entries()) {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port);
    channels.send(index * 2, number);
    channels.send(index * 2 + 1, number);
    try {
      handler({ namespace: target.namespace, pod: target.pod, port }, channels.channel(index * 2));
    } catch (error) {
      channels.send(index * 2 + 1, String(error));
    }
  }
}
