import { systemClock } from '../clock.ts';

/** What `answer` resolves with, or undefined when it takes longer than `ms` or fails. Never rejects. */
export async function answerWithin<T>(answer: Promise<T | undefined>, ms: number): Promise<T | undefined> {
  let cancel = (): void => {};
  const timeout = new Promise<undefined>((resolve) => {
    // Somebody waits for the response, so this holds the process.
    cancel = systemClock.schedule(() => resolve(undefined), ms, { hold: true });
  });
  try {
    return await Promise.race([answer, timeout]);
  } catch {
    return undefined;
  } finally {
    cancel();
  }
}
