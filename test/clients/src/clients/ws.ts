import { createAgent } from '@kubefresh/core/https';
import { WebSocket } from 'ws';
import type { Answer, Connect } from '../client.ts';
import { EXEC_PROTOCOL, stdoutOf } from '../exec.ts';

export const connect: Connect = (cluster) => {
  const agent = createAgent(cluster);
  return {
    get: (url) =>
      new Promise<Answer>((resolve, reject) => {
        const chunks: Buffer[] = [];
        const socket = new WebSocket(url, EXEC_PROTOCOL, { agent });
        socket.on('message', (data) => chunks.push(data as Buffer));
        socket.on('unexpected-response', (request, { statusCode = 0 }) => {
          request.destroy();
          resolve({ status: statusCode, body: '' });
        });
        socket.on('error', reject);
        socket.on('close', () => resolve({ status: 101, body: stdoutOf(chunks) }));
      }),
    close: () => agent.destroy(),
  };
};
