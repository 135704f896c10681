import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const main = join(import.meta.dirname, '../src/main.ts');

async function demo(...args: string[]) {
  const child = spawn(process.execPath, ['--conditions=kubefresh-source', main, ...args]);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { stdout, stderr, code };
}

it('a short run fails the client that read its token once, and not kubefresh', { timeout: 60_000 }, async () => {
  const { stdout, stderr, code } = await demo('--seconds', '6', '--json');
  const { workloads, rotations } = JSON.parse(stdout);
  const lane = (name: string) => workloads.find(({ workload }: { workload: string }) => workload === name);
  expect(lane('kubefresh')).toMatchObject({ failed: 0, neverSent: 0, errors: {}, outageAtEnd: false });
  expect(lane('kubefresh').rotationsUsed).toBeGreaterThan(0);
  expect(lane('hand-rolled').failed).toBeGreaterThan(0);
  expect(rotations).toBeGreaterThan(0);
  expect(stdout + stderr).not.toMatch(/eyJ/);
  expect(code).toBe(0);
});

it('lists the faults', async () => {
  expect(await demo('--list')).toMatchObject({
    stdout: expect.stringContaining('lagging-server'),
    stderr: '',
    code: 0,
  });
});

it('exits with 2 and a word of help where an option makes no sense', async () => {
  const { stdout, stderr, code } = await demo('--fault', 'flood');
  expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  expect(stderr).toMatch(/^demo: There is no fault 'flood'.*--list/s);
});
