import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ClusterError, type NodeCluster, type Pod, startCluster, until } from '../src/index.ts';
import { cgroupsOf } from '../src/machine/cgroups.ts';
import { mountsBelow } from '../src/machine/mounts.ts';
import { markedProcesses, removeLeftovers } from '../src/machine/remove.ts';
import { listStateDirectories, STATE_ROOT, StateDirectory } from '../src/machine/state.ts';
import { describeOn, IDLE } from './support.ts';

/** Directories of the host that a kubelet and containerd would leave behind if they ran outside namespaces. */
const HOST_DIRECTORIES = [
  '/var/lib/kubelet',
  '/run/containerd',
  '/var/log/containers',
  '/var/log/pods',
  '/var/lib/cni',
];
const hostDirectoriesBefore = HOST_DIRECTORIES.filter((path) => existsSync(path));

/** Everything that a cluster could leave; empty if it left nothing. */
function leftovers(id: string, cgroups: readonly string[]) {
  return {
    processes: markedProcesses(id),
    mounts: mountsBelow(STATE_ROOT),
    cgroups: cgroups.filter((path) => existsSync(path)),
    files: [STATE_ROOT, ...HOST_DIRECTORIES]
      .filter((path) => existsSync(path))
      .filter((path) => !hostDirectoriesBefore.includes(path)),
  };
}

const NOTHING = { processes: [], mounts: [], cgroups: [], files: [] };

/** Starts a process that owns a cluster, and tells the cluster's id as soon as it has one. */
async function startOwner(profile: 'light' | 'node'): Promise<{ owner: ChildProcess; directory: StateDirectory }> {
  const script = join(import.meta.dirname, 'fixtures/own-a-cluster.ts');
  const owner = spawn(process.execPath, [script, profile], { stdio: ['pipe', 'pipe', 'inherit'] });
  const directory = await until(
    'the owner to have a cluster',
    async () => (await listStateDirectories()).find(({ id }) => id.startsWith(`${owner.pid}-`)),
    { timeoutMs: 30_000, intervalMs: 5 },
  );
  return { owner, directory };
}

async function runIdlePod({ accounts, pods }: NodeCluster): Promise<Pod> {
  const account = await accounts.create(await accounts.createNamespace(), 'idle');
  return pods.run({ account, script: IDLE });
}

async function killOwner(owner: ChildProcess): Promise<void> {
  owner.kill('SIGKILL');
  await once(owner, 'exit');
}

describeOn('light', 'a light cluster comes and goes', () => {
  test('two run side by side, and stopping one leaves the other alone', async () => {
    const [first, second] = await Promise.all([startCluster({ profile: 'light' }), startCluster({ profile: 'light' })]);
    expect(first.server).not.toBe(second.server);
    await first.stop();
    expect((await second.admin.send('GET', '/readyz')).status).toBe(200);
    await second.stop();
    await second.stop();
    expect(leftovers(first.id, [])).toEqual(NOTHING);
    expect(leftovers(second.id, [])).toEqual(NOTHING);
  });

  test('a start that fails says why, quotes the log, and leaves nothing', async () => {
    const failing = startCluster({ profile: 'light', apiServerFlags: { 'no-such-flag': 'x' } });
    await expect(failing).rejects.toThrow(ClusterError);
    await expect(failing).rejects.toThrow(/kube-apiserver ended[\s\S]*unknown flag: --no-such-flag/);
    expect(existsSync(STATE_ROOT)).toBe(false);
  });

  test('when its owner is killed its programs die at once, and the next start removes the rest', async () => {
    const { owner, directory } = await startOwner('light');
    await until('the cluster to be ready', () => directory.readState()?.readyAfterMs, { timeoutMs: 60_000 });
    expect(markedProcesses(directory.id)).toHaveLength(2);
    await killOwner(owner);
    await until('the programs to die', () => markedProcesses(directory.id).length === 0, { timeoutMs: 10_000 });
    expect(existsSync(directory.path)).toBe(true);
    await using cluster = await startCluster({ profile: 'light' });
    expect(existsSync(directory.path)).toBe(false);
    expect((await cluster.admin.send('GET', '/readyz')).status).toBe(200);
  });
});

describeOn('node', 'a node comes and goes', () => {
  test('two run pods side by side, and stopping one leaves the other alone', async () => {
    const [first, second] = await Promise.all([startCluster({ profile: 'node' }), startCluster({ profile: 'node' })]);
    const [, pod] = await Promise.all([runIdlePod(first), runIdlePod(second)]);
    await first.stop();
    await pod.rotate();
    expect((await pod.exec(['/usr/local/bin/node', '-p', '6 * 7'])).stdout).toBe('42\n');
    await second.stop();
    expect(leftovers(second.id, [])).toEqual(NOTHING);
  });

  /** When each of the five is killed: as soon as this program was started, or when a pod runs. */
  const killedAt = ['namespaces', 'kube-apiserver', 'kube-controller-manager', 'kubelet', 'standing'];

  test('twenty starts, five of them killed in the middle, leave nothing', { timeout: 900_000 }, async () => {
    for (let round = 0; round < 20; round += 1) {
      const moment = round % 4 === 3 ? killedAt[(round - 3) / 4] : undefined;
      const { id, cgroups } = await (moment === undefined ? startAndStop() : startAndKill(moment));
      expect(leftovers(id, cgroups), `round ${round}, killed at ${moment}`).toEqual(NOTHING);
    }
  });

  async function startAndStop(): Promise<{ id: string; cgroups: string[] }> {
    const cluster = await startCluster({ profile: 'node' });
    await runIdlePod(cluster);
    const cgroups = cgroupsOf(new StateDirectory(cluster.id));
    expect(cgroups).not.toEqual([]);
    await cluster.stop();
    return { id: cluster.id, cgroups };
  }

  async function startAndKill(moment: string): Promise<{ id: string; cgroups: string[] }> {
    const { owner, directory } = await startOwner('node');
    if (moment === 'standing') await once(owner.stdout ?? owner, 'data');
    else
      await until(`${moment} to be started`, () => hasStarted(directory, moment), { timeoutMs: 60_000, intervalMs: 5 });
    const cgroups = cgroupsOf(directory);
    await killOwner(owner);
    // As two test runs that start at once: one of them does it.
    expect((await Promise.all([removeLeftovers(), removeLeftovers()])).flat()).toEqual([directory.id]);
    return { id: directory.id, cgroups };
  }

  function hasStarted(directory: StateDirectory, program: string): boolean {
    return directory.readState()?.components.some(({ name }) => name === program) ?? false;
  }
});
