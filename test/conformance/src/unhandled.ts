import process from 'node:process';

const EVENTS = ['unhandledRejection', 'uncaughtException'] as const;

/**
 * Takes what nobody handles away from the test runner, for which it would be the end of the run: with a stock client it is a
 * result, since it ends the program that uses the client.
 */
export function hearUnhandled(): { take(): string | undefined; stop(): Promise<void> } {
  let heard: string | undefined;
  const hear = (reason: unknown) => {
    heard ??= `unhandled: ${reason instanceof Error ? reason.message : String(reason)}`;
  };
  const before = EVENTS.map((name) => ({ name, listeners: process.rawListeners(name) }));
  for (const { name } of before) process.removeAllListeners(name).on(name as 'uncaughtException', hear);
  return {
    take() {
      const taken = heard;
      heard = undefined;
      return taken;
    },
    async stop() {
      // What is rejected now is told after the microtasks.
      await new Promise(setImmediate);
      for (const { name, listeners } of before) {
        process.removeAllListeners(name);
        for (const listener of listeners) process.on(name, listener as () => void);
      }
    },
  };
}
