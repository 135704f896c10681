import { setImmediate } from 'node:timers/promises';

/** Our process warnings from now on; `stop()` resolves with those about `place`, once what was just emitted has come. */
export function recordWarnings(): {
  stop(place: string): Promise<readonly { readonly code: string; readonly message: string }[]>;
} {
  const seen: { code: string; message: string }[] = [];
  const listener = (warning: Error & { code?: string }) => {
    if (warning.name === 'KubefreshWarning') seen.push({ code: String(warning.code), message: warning.message });
  };
  process.on('warning', listener);
  return {
    async stop(place) {
      await setImmediate();
      process.off('warning', listener);
      return seen.filter(({ message }) => message.includes(place));
    },
  };
}
