import { systemClock } from '../clock.ts';

/**
 * How long a 401 is held back for the source's answer, ms. A volume is read twice, 100 ms apart, before it is certain that
 * nothing newer is on its way; a TokenRequest in the cluster takes 10 to 50.
 */
const ANSWER_TIMEOUT = 250;

/** What the source answers to a 401, or undefined when that takes too long or fails. Never rejects. */
export async function answerInTime<T>(answer: Promise<T | undefined>): Promise<T | undefined> {
  let cancel = (): void => {};
  const timeout = new Promise<undefined>((resolve) => {
    // Somebody waits for the response, so this holds the process.
    cancel = systemClock.schedule(() => resolve(undefined), ANSWER_TIMEOUT, { hold: true });
  });
  try {
    return await Promise.race([answer, timeout]);
  } catch {
    return undefined;
  } finally {
    cancel();
  }
}
