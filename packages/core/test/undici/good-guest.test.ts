import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const NODES = [22, 24, 26];
const ENTRIES = ['', '/undici', '/https', '/token-request', '/verify'].map((entry) => `@kubefresh/core${entry}`);

/** Runs a script of `children/` on that Node's own binary, and parses what it prints. */
async function runOn(version: number, script: string, args: readonly string[] = [], env: object = {}) {
  const binary = new URL(`../../../../test/node-versions/node_modules/node${version}/bin/node`, import.meta.url);
  const path = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  const { stdout, stderr } = await run(
    fileURLToPath(binary),
    ['--conditions=kubefresh-source', '--disable-warning=ExperimentalWarning', path, ...args],
    // NODE_OPTIONS of the test runner are its own.
    { env: { ...process.env, NODE_OPTIONS: '', ...env }, timeout: 20_000 },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe.each(NODES)('on Node %i', (version) => {
  test.each(ENTRIES)('importing %s, and using it, leaves every global as it was', async (entry) => {
    const imported = await runOn(version, 'globals.ts', [entry]);
    expect(imported).toEqual({ changed: [], answer: 'ok', version: expect.stringMatching(`^${version}`) });
    expect(await runOn(version, 'globals.ts', [entry, 'use'])).toEqual(imported);
  });

  test('importing @kubefresh/core makes Node load no streams and no crypto; an import statement of node:fs would load streams', async () => {
    const { '@kubefresh/core': ours, 'node:fs': fs } = await runOn(version, 'node-modules.ts', [
      ENTRIES[0] ?? '',
      'node:fs',
    ]);
    for (const name of ['stream', 'internal/fs/promises', 'net', 'http', 'tls', 'crypto'])
      expect(ours).not.toContain(name);
    expect(fs).toContain('stream');
  });

  test('built-in fetch works over our dispatcher, and its failures end no process', async () => {
    expect(await runOn(version, 'builtin-fetch.ts')).toEqual({
      statuses: [200, 200],
      bodies: ['hello', 'hello', 'hello', 'hello'],
      failure: 'TypeError',
    });
  });
});

test('the proof can fail: undici itself changes a global', async () => {
  const { changed } = await runOn(22, 'globals.ts', ['undici']);
  expect(changed.join()).toContain('undici.globalDispatcher.1');
});
