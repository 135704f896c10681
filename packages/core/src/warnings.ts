/**
 * Node's own, held as an imported one is. `import … from 'node:process'` would evaluate every export of the module, the
 * report writer among them, which takes milliseconds at start.
 */
export const { emitWarning } = process;

const said = new Set<string>();
/** Places may come and go without end (accounts, and what servers say of them): from this many on, events have to do. */
const MOST = 1_000;

/** One process warning for each code and place, in the life of the process: a log is to be read, not filled. */
export function warnOnce(code: `KUBEFRESH_${string}`, place: string, message: string): void {
  const key = `${code} ${place}`;
  if (said.has(key) || said.size >= MOST) return;
  said.add(key);
  emitWarning(message, { type: 'KubefreshWarning', code });
}
