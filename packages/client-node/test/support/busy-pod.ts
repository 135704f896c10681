import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestApiServer } from '@kubefresh/testing';

/** The namespace of the pod below. */
export const BUSY = 'busy';

/** A folder of one test. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'kubefresh-folder-'));
  readonly file = join(this.path, 'file');

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

/** A node, and a pod on it of the name `busy`, both with metrics. */
export function addBusyPod({ objects }: TestApiServer): void {
  const metrics = { group: 'metrics.k8s.io', version: 'v1beta1' };
  objects.define({ ...metrics, kind: 'NodeMetrics', plural: 'nodes', namespaced: false });
  objects.define({ ...metrics, kind: 'PodMetrics', plural: 'pods', namespaced: true });
  const resources = { cpu: '500m', memory: '64Mi' };
  const usage = { cpu: '250m', memory: '32Mi' };
  const node = { metadata: { name: 'node-1' } };
  const pod = { metadata: { name: BUSY, namespace: BUSY } };
  objects.create({
    apiVersion: 'v1',
    kind: 'Node',
    ...node,
    status: { allocatable: { cpu: '4', memory: '8Gi' }, capacity: { cpu: '4', memory: '8Gi' } },
  });
  objects.create({
    apiVersion: 'v1',
    kind: 'Pod',
    ...pod,
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'main', image: 'image', resources: { requests: resources, limits: resources } }],
    },
    status: { phase: 'Running' },
  });
  objects.create({ apiVersion: 'metrics.k8s.io/v1beta1', kind: 'NodeMetrics', ...node, usage });
  objects.create({
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'PodMetrics',
    ...pod,
    containers: [{ name: 'main', usage }],
  });
}

/** `tar` in a pod: packs a file that says where it is from, or resolves `unpacked` with all that it is sent. */
export function addTar({ pods }: TestApiServer): { unpacked(): Promise<string> } {
  let arrived = (_: string): void => {};
  pods.onExec(async ({ command, stdin, stdout }) => {
    // 1.4.0 asks for `zcf`, and cannot unpack what is compressed: it is not.
    if (command[1]?.includes('c')) {
      using folder = new Folder();
      writeFileSync(folder.file, 'from the pod');
      stdout.write(execFileSync('tar', ['cf', '-', '-C', folder.path, 'file']));
      return 0;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) {
      chunks.push(chunk);
      // The client sends no end: an archive's is two blocks of zeros.
      const archive = Buffer.concat(chunks);
      if (archive.length >= 1024 && archive.subarray(-1024).every((byte) => byte === 0)) break;
    }
    arrived(Buffer.concat(chunks).toString());
    return 0;
  });
  return { unpacked: () => new Promise((resolve) => (arrived = resolve)) };
}
