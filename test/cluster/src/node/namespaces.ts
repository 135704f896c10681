import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Component } from '../machine/component.ts';
import { shareMounts } from '../machine/mounts.ts';
import type { StateDirectory } from '../machine/state.ts';

/** A command line that runs in the node. */
export type Enter = (command: string, args: readonly string[]) => { command: string; args: readonly string[] };

/**
 * Makes the namespaces that a node lives in, its own processes and mounts on the machine's network, and returns how to
 * enter them. When their first process dies the kernel ends every other, containers too, and drops their mounts.
 *
 * What is mounted below the cluster's directory is seen outside too, so that tests can read a kubelet's volumes.
 */
export async function startNamespaces(directory: StateDirectory): Promise<Enter> {
  await shareMounts(directory.path);
  const ready = directory.file('namespaces.ready');
  const component = await Component.start({
    name: 'namespaces',
    command: 'unshare',
    args: [
      ...['--mount', '--propagation', 'unchanged', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', '--'],
      ...['sh', join(import.meta.dirname, 'init.sh'), ready],
    ],
    directory,
    ready: async () => existsSync(ready),
  });
  // unshare itself is in the new mount namespace; its children, not itself, are in the new process namespace.
  const namespaces = `/proc/${component.pid}/ns`;
  return (command, args) => ({
    command: 'nsenter',
    args: [`--mount=${namespaces}/mnt`, `--pid=${namespaces}/pid_for_children`, '--', command, ...args],
  });
}
