import { createDispatcher } from '@kubefresh/core/undici';
import type { Answer, Connect } from '../client.ts';
import { EXEC_PROTOCOL, stdoutOf } from '../exec.ts';

/** What Node's own WebSocket takes beside what browsers' take. */
type OptionsOfNode = ConstructorParameters<typeof WebSocket>[1];

export const connect: Connect = (cluster) => {
  const dispatcher = createDispatcher(cluster);
  return {
    get: (url) =>
      new Promise<Answer>((resolve, reject) => {
        const chunks: Buffer[] = [];
        // The types of Node's own undici, which is another version, know the dispatcher by another class.
        const options = { protocols: EXEC_PROTOCOL, dispatcher } as unknown as OptionsOfNode;
        const socket = new WebSocket(url, options);
        socket.binaryType = 'arraybuffer';
        socket.addEventListener('message', ({ data }) => chunks.push(Buffer.from(data)));
        // It tells no status.
        socket.addEventListener('error', () => reject(new Error('The WebSocket failed.')));
        socket.addEventListener('close', () => resolve({ status: 101, body: stdoutOf(chunks) }));
      }),
    close: () => dispatcher.close(),
  };
};
