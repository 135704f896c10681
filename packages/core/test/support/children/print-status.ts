import { volumeSource } from '@kubefresh/core';

/** Opens a source on the directory given, and prints how it stands. */
const [directory = ''] = process.argv.slice(2);
const source = volumeSource({ directory });
const { state, watcher, lastFault } = source.status();
let unavailable: string | undefined;
try {
  source.current();
} catch (error) {
  unavailable = String(error);
}
console.log(JSON.stringify({ state, watcher, code: lastFault?.code, message: lastFault?.error.message, unavailable }));
