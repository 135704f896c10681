import { emitWarning } from 'node:process';

const said = new Set<string>();

/** One process warning for each code and place, in the life of the process: a log is to be read, not filled. */
export function warnOnce(code: `KUBEFRESH_${string}`, place: string, message: string): void {
  const key = `${code} ${place}`;
  if (said.has(key)) return;
  said.add(key);
  emitWarning(message, { type: 'KubefreshWarning', code });
}
