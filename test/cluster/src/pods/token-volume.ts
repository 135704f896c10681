import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../machine/waiting.ts';
import type { PodObject } from './pod-object.ts';

/** A patch of the pod leads to a swap in 0.05 to 0.3 s; two busy cores make that more. */
const SWAP_TIMEOUT_MS = 15_000;

/** The kubelet's volume that holds a pod's token, as it lies on this machine. */
export class TokenVolume {
  /** Directory with `token`, `ca.crt`, `namespace`, `..data`: what the container has mounted. */
  readonly path: string;

  /**
   * @param kubeletRoot the kubelet's `--root-dir`
   * @throws Error if the pod has no volume with a token
   */
  constructor(kubeletRoot: string, { metadata, spec }: PodObject) {
    const volume = spec.volumes?.find(({ projected }) =>
      projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined),
    );
    if (volume === undefined) throw new Error(`pod ${metadata.namespace}/${metadata.name} has no token volume`);
    this.path = join(kubeletRoot, 'pods', metadata.uid, 'volumes/kubernetes.io~projected', volume.name);
  }

  /** What `..data` points to: a new name with each swap; undefined before the first. */
  get generation(): string | undefined {
    try {
      return readlinkSync(join(this.path, '..data'));
    } catch {
      return undefined;
    }
  }

  /** Waits until the kubelet has swapped the directory since that generation. */
  async swapped(since: string | undefined): Promise<void> {
    await until(`the kubelet to write ${this.path}`, () => this.generation !== since, {
      timeoutMs: SWAP_TIMEOUT_MS,
      intervalMs: 5,
    });
  }
}
