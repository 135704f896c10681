import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { STATE_ROOT } from '../src/machine/state.ts';
import { describeOn } from './support.ts';

const run = promisify(execFile);

async function cli(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, '../src/cli.ts'), ...args]);
  return stdout.trimEnd();
}

describeOn('light', 'pnpm cluster', () => {
  afterAll(() => cli('down'));

  test('up, status, kubeconfig, down', async () => {
    const [first = '', second = '', third = '', ...rest] = (await cli('up')).split('\n');
    expect(rest).toEqual([]);
    expect(first).toMatch(/^cluster \S+ \(light\) answers at https:\/\/127.0.0.1:\d+/);
    expect(third).toContain('pnpm cluster down');

    const kubeconfig = await cli('kubeconfig');
    expect(second).toContain(`export KUBECONFIG=${kubeconfig}`);
    const { clusters } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
    expect(first).toContain(clusters[0].cluster.server);

    expect(await cli('status')).toMatch(
      /light {2}ready after [\d.]+ s {2}\d+ MiB .*\n +etcd .* MiB +ready after [\d.]+ s\n +kube-apiserver .* MiB/,
    );
    // A second one starts nothing.
    expect(await cli('up')).toContain(first);

    expect(await cli('down')).toMatch(/^removed \S+$/);
    expect(existsSync(STATE_ROOT)).toBe(false);
    expect(await cli('status')).toBe('no cluster is up');
  });

  test('without a cluster, or with a wrong word, it fails and says why', async () => {
    await expect(cli('kubeconfig')).rejects.toMatchObject({ stderr: expect.stringContaining('pnpm cluster up') });
    await expect(cli('start')).rejects.toMatchObject({ stderr: expect.stringContaining('unknown command start') });
    await expect(cli('up', '--nodes')).rejects.toMatchObject({ stderr: expect.stringContaining("'--nodes'") });
  });
});
