import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type NodeCluster,
  type Pod,
  type PolicyRule,
  programEntries,
  type ServiceAccount,
  TOKEN_DIRECTORY,
} from '@kubefresh-test/cluster';
import { lineOf } from '../program.ts';

/** Node, and the `tar` that cp calls. */
const IMAGE = 'kubefresh.test/target:1';
/** Where the pod has files to copy. */
export const DATA = '/data';
/** A file that is there from the start. */
export const SEED = { name: 'seed', text: 'out of the pod', mode: 0o640 };

/** Says on which port it listens; sends back what comes there, and on standard input. */
const PROGRAM = `
  import { createServer } from 'node:net';
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
  process.stdin.on('data', (data) => process.stdout.write(data));`;

const RULES: readonly PolicyRule[] = [
  { apiGroups: [''], resources: ['pods', 'pods/log', 'configmaps'], verbs: ['*'] },
  { apiGroups: [''], resources: ['pods/exec', 'pods/attach', 'pods/portforward'], verbs: ['*'] },
];
/** What `Metrics` and `topNodes` ask for has no namespace. */
const CLUSTER_RULES: readonly PolicyRule[] = [
  { apiGroups: ['metrics.k8s.io'], resources: ['nodes', 'pods'], verbs: ['list'] },
  { apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['list'] },
];

/** A pod that the clients act upon, whose credential is also theirs. */
export interface Stage extends Disposable {
  readonly cluster: NodeCluster;
  readonly account: ServiceAccount;
  readonly pod: Pod;
  /** Where it listens, on this machine as well: pods of the fixture share its network. */
  readonly port: number;
  /** Its {@link DATA} on this machine. */
  readonly data: string;
  /** A directory in which the pod's volume is where clients look for it below `/`. */
  readonly root: string;
}

/** Builds the image. */
export async function buildTarget(cluster: NodeCluster): Promise<void> {
  await cluster.buildImage({ name: IMAGE, entries: await programEntries('/bin/tar', '/bin/tar') });
}

/** Starts the pod, with this token in its volume from the start. */
export async function createStage(
  cluster: NodeCluster,
  firstToken: (account: ServiceAccount) => string | Promise<string>,
): Promise<Stage> {
  const namespace = await cluster.accounts.createNamespace('adapters');
  const account = await cluster.accounts.create(namespace, 'client', RULES);
  await cluster.accounts.grant(account, CLUSTER_RULES, 'cluster');
  const name = 'target';
  cluster.tokenPlans.set(namespace, name, { kind: 'text', text: await firstToken(account) });
  const pod = await cluster.pods.run({ account, name, spec: spec() });
  const { port } = await lineOf(pod, (line) => 'port' in line);

  const data = join(pod.volume.path, '../../kubernetes.io~empty-dir/data');
  writeFileSync(join(data, SEED.name), SEED.text, { mode: SEED.mode });
  const root = mkdtempSync(join(tmpdir(), 'kubefresh-root-'));
  const mount = join(root, TOKEN_DIRECTORY);
  mkdirSync(dirname(mount), { recursive: true });
  symlinkSync(pod.volume.path, mount);
  const end = () => rmSync(root, { recursive: true });
  return { cluster, account, pod, port: Number(port), data, root, [Symbol.dispose]: end };
}

function spec(): object {
  return {
    containers: [
      {
        name: 'main',
        image: IMAGE,
        imagePullPolicy: 'Never',
        args: ['--input-type=module', '--eval', PROGRAM],
        stdin: true,
        volumeMounts: [{ name: 'data', mountPath: DATA }],
      },
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
  };
}
