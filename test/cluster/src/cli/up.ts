import { fork } from 'node:child_process';
import { join } from 'node:path';
import { StateDirectory } from '../machine/state.ts';
import type { Profile } from '../profile.ts';
import { printProgress } from '../progress.ts';
import { listOwnClusters } from './clusters.ts';
import type { KeeperMessage } from './keeper-message.ts';

/** Starts a cluster that outlives this process, unless one of the profile runs already, and says how to use it. */
export async function up(profile: Profile): Promise<void> {
  const running = (await listOwnClusters()).find(({ state }) => state.profile === profile);
  printUsage(running?.directory ?? new StateDirectory(await startKeeper(profile)));
}

function startKeeper(profile: Profile): Promise<string> {
  const keeper = fork(join(import.meta.dirname, 'keeper.ts'), [profile], { detached: true, stdio: 'ignore' });
  // fork opens the IPC channel beside these three; without it the keeper would have no way to report.
  return new Promise((resolve, reject) => {
    keeper.on('error', reject);
    keeper.on('exit', (code) => reject(new Error(`the cluster's keeper ended with code ${code}`)));
    keeper.on('message', (message: KeeperMessage) => {
      if (message.kind === 'progress') return printProgress(message.line);
      if (message.kind === 'failed') return reject(new Error(message.message));
      keeper.removeAllListeners().disconnect();
      keeper.unref();
      resolve(message.id);
    });
  });
}

function printUsage(directory: StateDirectory): void {
  const state = directory.readState();
  console.log(
    `cluster ${directory.id} (${state?.profile}) answers at ${state?.server}; logs and audit.log: ${directory.path}`,
  );
  console.log(`use it:  export KUBECONFIG=${directory.file('kubeconfig')}`);
  console.log('look:    pnpm cluster status      stop: pnpm cluster down');
}
