import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { systemClock } from '../clock.ts';
import { startCluster } from '../cluster/start.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import type { ServeArguments } from './arguments.ts';
import { Console } from './console.ts';

/** The process as far as `serve` touches it. */
export interface ServeProcess extends NodeJS.EventEmitter {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Runs a cluster until its input ends, "quit" is typed or a signal comes. @throws {TestingError} */
export async function serve(options: ServeArguments, host: ServeProcess): Promise<void> {
  const cluster = await startCluster(options.cluster);
  const console = new Console(cluster, host.stderr);
  const ending = new AbortController();
  // Listened for before anything is printed: whoever reads that may end us at once.
  const ended = Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(host, signal, { signal: ending.signal })));
  try {
    for (const fault of options.faults) {
      const [name, variant] = fault.split(/:(.*)/);
      host.stderr.write(console.play(name, variant));
    }
    host.stdout.write(options.json ? `${JSON.stringify(describe(cluster))}\n` : printed(cluster));
    const rotating = rotateEvery(cluster, options.rotateEverySeconds, ending.signal);
    await Promise.race([ended, rotating, readCommands(console, host.stdin, ending.signal)]);
  } finally {
    ended.catch(() => undefined);
    ending.abort();
    await cluster.close();
  }
}

async function readCommands(console: Console, input: Readable, signal: AbortSignal): Promise<void> {
  for await (const line of createInterface({ input, signal })) {
    if (!(await console.run(line))) return;
  }
  // Behind a pipe or a terminal was somebody who has left. /dev/null, as for a process in the background, never spoke.
  if (isNullDevice(input)) await new Promise(() => undefined);
}

function isNullDevice(input: Readable & { readonly fd?: number; readonly isTTY?: boolean }): boolean {
  return !input.isTTY && input.fd !== undefined && fstatSync(input.fd).isCharacterDevice();
}

/** Ends only by its signal. */
async function rotateEvery(cluster: TestCluster, seconds: number | undefined, signal: AbortSignal): Promise<void> {
  if (seconds === undefined) return new Promise(() => undefined);
  while (!signal.aborted) {
    await new Promise<void>((resolve) => systemClock.after(seconds * 1000, resolve));
    // A refused request is what a fault may want; the kubelet's own rule tries again.
    if (!signal.aborted) await cluster.kubelet.rotate().catch(() => undefined);
  }
}

/** All that a program needs to know, by the names of its environment, and where the files are. */
function describe(cluster: TestCluster) {
  const { directory, tokenFile, caFile, namespaceFile } = cluster.volume;
  return {
    env: cluster.env,
    root: cluster.root,
    origin: cluster.server.origin,
    directory,
    tokenFile,
    caFile,
    namespaceFile,
  };
}

function printed(cluster: TestCluster): string {
  const exports = Object.entries(cluster.env).map(([name, value]) => `export ${name}=${value}`);
  return [
    `# ${cluster.server.origin}, files in ${cluster.volume.directory}`,
    '# A client that looks in /var/run/secrets/kubernetes.io/serviceaccount needs that directory there:',
    `#   a bind mount, a prefix option (root: ${cluster.root}), or the kubeconfig instead.`,
    ...exports,
    '',
  ].join('\n');
}
