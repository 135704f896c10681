/** The program that runs in each Node version: it does with its clients what the test says, and tells what came of it. */
import { inCluster } from '@kubefresh/core';
import type { HttpClient } from './client.ts';
import { CLIENTS } from './clients/index.ts';
import type { Command, Reply } from './remote.ts';

const cluster = inCluster({ root: process.env['KUBEFRESH_ROOT'] ?? '/' });
const open = new Map<string, HttpClient>();

process.on('message', (command: Command) => {
  run(command).then(reply, (error: unknown) => reply({ id: command.id, error: String(error) }));
});

async function run({ id, client: name, url, json }: Command): Promise<Reply> {
  const client = open.get(name) ?? connect(name);
  open.set(name, client);
  const answer = await (json === undefined ? client.get(url) : client.post?.(url, json));
  if (answer === undefined) throw new Error(`${name} has no POST.`);
  return { id, ...answer };
}

function connect(name: string): HttpClient {
  const known = CLIENTS[name];
  if (known === undefined) throw new Error(`There is no client '${name}'.`);
  return known(cluster);
}

function reply(message: Reply): void {
  process.send?.(message);
}

// The parent is done: a program that is done must end by itself.
process.once('disconnect', () => {
  for (const client of open.values()) void client.close();
});
