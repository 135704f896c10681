// Imports an entry, uses it where the second argument says so, and prints what it changed in the process.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [entry = '', use] = process.argv.slice(2);

function snapshot(): Map<string, unknown> {
  const seen = new Map<string, unknown>();
  const note = (owner: string, target: object) => {
    for (const key of Reflect.ownKeys(target)) {
      // The descriptor, so that no getter of Node's loads what it stands for.
      for (const [part, value] of Object.entries(Object.getOwnPropertyDescriptor(target, key) ?? {})) {
        seen.set(`${owner}[${String(key)}].${part}`, value);
      }
    }
  };
  note('globalThis', globalThis);
  note('Error', Error);
  note('env', { ...process.env });
  for (const name of process.eventNames()) seen.set(`on ${String(name)}`, process.listeners(name as 'exit').join());
  return seen;
}

const FACTORY = { '@kubefresh/core/undici': 'createDispatcher', '@kubefresh/core/https': 'createAgent' }[entry];

const before = snapshot();
const module = await import(entry);
if (use === 'use' && FACTORY !== undefined) {
  const source = { current: () => ({}) };
  module[FACTORY]({ source, origins: ['https://10.0.0.1'] }).destroy();
}
const after = snapshot();
const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
  (key) => !Object.is(before.get(key), after.get(key)),
);

// Afterwards built-in fetch works, with its own default.
const server = createServer((_, response) => response.end('ok')).listen(0);
await new Promise((resolve) => server.once('listening', resolve));
const answer = await (await fetch(`http://localhost:${(server.address() as AddressInfo).port}`)).text();
server.close();
process.stdout.write(JSON.stringify({ changed, answer, version: process.versions.node }));
