import { once } from 'node:events';

// Whoever asked is gone, by an error or a signal: nobody would end this process.
process.once('disconnect', () => process.exit());

/** In a process of `node-process.ts`: what it was given to work on. */
export async function input<Input>(): Promise<Input> {
  const [message] = (await once(process, 'message')) as [{ input: Input }];
  return message.input;
}

/** In a process of `node-process.ts`: sends an answer, or says that it is ready. */
export function answer(message: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined) reject(new Error('This program is started by pnpm bench.'));
    else process.send(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });
}
