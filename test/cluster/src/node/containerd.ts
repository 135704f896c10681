import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Binaries } from '../build/binaries.ts';
import { PAUSE_IMAGE } from '../image/build-image.ts';
import { containerdState } from '../machine/cgroups.ts';
import { Component } from '../machine/component.ts';
import type { StateDirectory } from '../machine/state.ts';
import type { Enter } from './namespaces.ts';

const run = promisify(execFile);

/** The namespace, in containerd's sense, that the kubelet's images and containers live in. */
const NAMESPACE = 'k8s.io';

/** A container runtime with its own images, for one node. */
export class Containerd {
  readonly #ctr: string;
  readonly #socket: string;
  #component: Component | undefined;

  private constructor(ctr: string, socket: string) {
    this.#ctr = ctr;
    this.#socket = socket;
  }

  /** Starts containerd in the node's namespaces. */
  static async start(directory: StateDirectory, binaries: Binaries, enter: Enter): Promise<Containerd> {
    const socket = containerdSocket(directory);
    const containerd = new Containerd(binaries.ctr, socket);
    const config = directory.write('containerd.toml', configuration(directory, binaries, socket));
    mkdirSync(directory.file('cni'));
    directory.write('cni/10-loopback.conflist', JSON.stringify(LOOPBACK));
    containerd.#component = await Component.start({
      name: 'containerd',
      ...enter(binaries.containerd, ['--config', config]),
      directory,
      ready: async () => {
        await containerd.#run('version');
        return true;
      },
    });
    return containerd;
  }

  /** Takes the images of an archive (`docker save` or OCI layout) in. */
  async importImages(archive: string): Promise<void> {
    await this.#run('images', 'import', archive);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    await this.#component?.kill();
  }

  #run(...args: string[]): Promise<unknown> {
    return run(this.#ctr, ['--address', this.#socket, '--namespace', NAMESPACE, ...args]);
  }
}

/** Path of containerd's socket, seen in the node and outside. */
export function containerdSocket(directory: StateDirectory): string {
  return directory.file('containerd.sock');
}

/** Where a node's containerd keeps images and what else outlives it. */
export function containerdRoot(directory: StateDirectory): string {
  return directory.file('containerd');
}

/** Pods use the machine's network; this makes the node's network count as ready. */
const LOOPBACK = { cniVersion: '1.0.0', name: 'loopback', plugins: [{ type: 'loopback' }] };

function configuration(directory: StateDirectory, binaries: Binaries, socket: string): string {
  return `version = 3
root = '${containerdRoot(directory)}'
state = '${containerdState(directory)}'
imports = []
disabled_plugins = [
  'io.containerd.nri.v1.nri', # listens at a path of the host
  'io.containerd.snapshotter.v1.blockfile', 'io.containerd.snapshotter.v1.devmapper',
  'io.containerd.snapshotter.v1.erofs', 'io.containerd.snapshotter.v1.zfs', 'io.containerd.snapshotter.v1.btrfs',
]
[grpc]
  address = '${socket}'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = '${PAUSE_IMAGE}'
[plugins.'io.containerd.cri.v1.runtime']
  disable_apparmor = true # a loaded profile would outlive the cluster
  restrict_oom_score_adj = true # root in a container may not lower it
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ['${directory.file('cni')}']
    conf_dir = '${directory.file('cni')}'
    use_internal_loopback = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = 'io.containerd.runc.v2'
    runtime_path = '${binaries['containerd-shim-runc-v2']}'
`;
}
