import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const running: { readonly child: ChildProcess; readonly ended: Promise<unknown[]> }[] = [];
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
});

function run(...args: string[]) {
  const child = spawn(process.execPath, ['--conditions=kubefresh-source', main, ...args]);
  const ended = once(child, 'close');
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const lines = createInterface({ input: child.stdout });
  const started = { child, ended, line: async () => (await once(lines, 'line'))[0] as string, errors: () => errors };
  running.push(started);
  return started;
}

function ask(url: string, ca: string, token: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca, agent: false, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

it('serves programs of any language, rotates and plays faults on command', async () => {
  const { child, ended, line, errors } = run('serve', '--json', '--namespace', 'team', '--leeway', '0');
  const { env, origin, tokenFile, caFile, root } = JSON.parse(await line());
  expect(origin).toBe(`https://${env.KUBERNETES_SERVICE_HOST}:${env.KUBERNETES_SERVICE_PORT}`);
  const token = readFileSync(tokenFile, 'utf8');
  const pods = `${origin}/api/v1/namespaces/team/pods`;
  expect(await ask(pods, readFileSync(caFile, 'utf8'), token)).toBe(200);
  child.stdin.write('rotate\n');
  await expect.poll(() => readFileSync(tokenFile, 'utf8'), { timeout: 5000 }).not.toBe(token);
  child.stdin.write('fault emptied-token\n');
  await expect.poll(() => readFileSync(tokenFile, 'utf8'), { timeout: 5000 }).toBe('');
  child.stdin.write('stop\nfault nonsense\njournal\nquit\n');
  expect(await ended).toEqual([0, null]);
  expect(errors()).toMatch(/rotated: [-0-9a-f]{36}/);
  expect(errors()).toContain('playing F5 emptied-token');
  expect(errors()).toContain('no fault "nonsense"');
  expect(errors()).toContain('GET /api/v1/namespaces/team/pods -> 200');
  expect(errors()).not.toContain(token);
  expect(existsSync(root)).toBe(false);
});

it('prints an environment for a shell, and ends by a signal without leaving files', async () => {
  const { child, ended, line } = run('serve', '--fault', 'F5:blank', '--rotate-every', '100');
  const directory = /files in (\S+)$/.exec(await line())?.[1] ?? '';
  expect(readFileSync(`${directory}/token`, 'utf8')).toBe('   ');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(existsSync(directory)).toBe(false);
});

it('goes on in the background, where nothing is at its input', async () => {
  const child = spawn(process.execPath, ['--conditions=kubefresh-source', main, 'serve', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  running.push({ child, ended });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { origin, caFile } = JSON.parse(line);
  expect(await ask(`${origin}/healthz`, readFileSync(caFile, 'utf8'), '')).toBe(200);
});

it.each([
  [['serve', '--port', 'x'], 64, '--port must be a number'],
  [['serve', '--port', ''], 64, '--port must be a number'],
  [['serve', '--rotate-every', '0'], 64, '--rotate-every must be a number'],
  [['serve', '--nonsense'], 64, '--nonsense'],
  [['serve', '--fault', 'nonsense'], 64, 'no fault "nonsense"'],
  [['serve', '--fault', 'F5:rusty:red'], 64, 'no variant "rusty:red"'],
  [['serve', '--help'], 0, ''],
  [['dance'], 64, ''],
])('%j ends with %d', async (args, code, message) => {
  const { child, ended, errors } = run(...args);
  child.stdin.end();
  expect(await ended).toEqual([code, null]);
  expect(errors()).toContain(message);
});

it('names a port that is in use', async () => {
  const first = run('serve', '--json');
  const { env } = JSON.parse(await first.line());
  const second = run('serve', '--port', env.KUBERNETES_SERVICE_PORT);
  expect(await second.ended).toEqual([69, null]);
  expect(second.errors()).toContain(`port ${env.KUBERNETES_SERVICE_PORT} on 127.0.0.1 is in use`);
});
