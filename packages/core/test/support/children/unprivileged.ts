import { once } from 'node:events';
import { volumeSource } from '@kubefresh/core';

/** Gives up root, opens a source on the directory given, and prints a line for each thing that happens, up to the first fault. */
const [directory = ''] = process.argv.slice(2);
const say = (line: Readonly<Record<string, unknown>>) => console.log(JSON.stringify(line));
const NOBODY = 65_534;
process.setgroups?.([]);
process.setgid?.(NOBODY);
process.setuid?.(NOBODY);

const source = volumeSource({ directory, pollInterval: 20, caFile: false, namespaceFile: false });
try {
  source.current();
} catch (error) {
  say({ unavailable: String(error) });
}
say({ ready: (await source.ready()).token.claims?.jti });
source.on('fault', ({ code, error }) => {
  say({ code, fault: error.message, held: source.current().token.claims?.jti });
  process.stdin.destroy();
});
await once(process.stdin.resume(), 'close');
