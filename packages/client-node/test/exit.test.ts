import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { World } from './support/world.ts';

const run = promisify(execFile);

// The bound is on the whole process: loading the client takes a second or two here.
test.each(['client-node-1', 'client-node-2'])('%s: a program that is done exits, with all still open', async (name) => {
  await using world = await World.create();
  const child = join(import.meta.dirname, 'children', 'exit.ts');
  const { stdout, stderr } = await run(
    process.execPath,
    ['--conditions=kubefresh-source', child, name, world.volume.root],
    { timeout: 20_000 },
  );
  expect({ stdout, stderr }).toEqual({ stdout: '1', stderr: '' });
});
