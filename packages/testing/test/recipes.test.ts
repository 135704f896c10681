import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const recipes = `${packageRoot}recipes`;
const { resolve } = createRequire(import.meta.url);

// The recipes run as they run for a user: on what is published, which must be built for that.
beforeAll(async () => {
  await run(process.execPath, [`${packageRoot}../../scripts/build.ts`, 'testing']);
}, 120_000);

// Not ours: this process's own test runner must not tell the recipe's that it is its child.
const { NODE_TEST_CONTEXT: _context, VITEST: _vitest, NODE_OPTIONS: _options, ...env } = process.env;

async function recipe(folder: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [...args], { cwd: `${recipes}/${folder}`, env });
  return stdout + stderr;
}

it('node:test', async () => {
  expect(await recipe('node-test', ['--test'])).toMatch(/pass 2/);
}, 60_000);

it('vitest', async () => {
  const main = resolve('vitest/package.json').replace('package.json', 'vitest.mjs');
  expect(await recipe('vitest', [main, 'run', '--root', '.'])).toMatch(/2 passed/);
}, 60_000);

it('jest', async () => {
  const main = resolve('jest/package.json').replace('package.json', 'bin/jest.js');
  expect(await recipe('jest', ['--experimental-vm-modules', main])).toMatch(/1 passed/);
}, 60_000);
