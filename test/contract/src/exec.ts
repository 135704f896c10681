import WebSocket from 'ws';
import type { Shape } from './shape.ts';
import type { World } from './world.ts';

/** The protocol of exec since 1.30 (staging/src/k8s.io/apimachinery/pkg/util/remotecommand). */
const PROTOCOL = 'v5.channel.k8s.io';
const STDOUT = 1;
const STATUS = 3;

/** Runs a command in a container: how the upgrade was answered, and what came over the channels. */
export function exec(world: World, path: string, authorization: string): Promise<Shape> {
  return new Promise((resolve, reject) => {
    const shape = new Map<string, string>();
    const channels = new Map<number, string>();
    const socket = new WebSocket(`${world.origin.replace('https', 'wss')}${path}`, PROTOCOL, {
      ca: world.ca,
      headers: { authorization },
    });
    socket.on('unexpected-response', (_request, response) => {
      shape.set('HTTP status', String(response.statusCode));
      response.setEncoding('utf8').on('data', (chunk) => shape.set('body', (shape.get('body') ?? '') + chunk));
      response.on('end', () => resolve(shape));
    });
    socket.on('upgrade', (response) => {
      shape.set('HTTP status', String(response.statusCode));
      shape.set('protocol', String(response.headers['sec-websocket-protocol']));
    });
    socket.on('message', (data: Buffer) => {
      const channel = data[0] ?? 0;
      channels.set(channel, (channels.get(channel) ?? '') + data.subarray(1).toString());
    });
    socket.on('close', (code) => {
      shape.set('close', String(code));
      for (const channel of [STDOUT, STATUS]) shape.set(`channel ${channel}`, channels.get(channel) ?? '');
      resolve(shape);
    });
    socket.on('error', (error) => {
      if (!shape.has('HTTP status')) reject(error);
    });
  });
}
