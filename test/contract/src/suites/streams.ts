import type { ExecHandler } from '@kubefresh/testing';
import { startCluster } from '@kubefresh-test/cluster';
import { LINES, POD, PROGRAMS, streams } from '../cases/streams.ts';
import { type KitWorld, startKitWorld } from '../worlds/kit.ts';
import { create } from '../worlds/objects.ts';
import { type RealWorld, realWorldOf } from '../worlds/real.ts';
import { NAMESPACE } from '../worlds/world.ts';
import type { Suite } from './suite.ts';

/** Ten times what a line usually takes from a container to its log, ms. */
const LOGGED_WITHIN = 10_000;

/** What goes through an API server to a container, and back. */
export const streamsSuite: Suite = {
  title: 'the streams of a node',
  profile: 'node',
  cases: streams,
  async start() {
    const [real, kit] = await Promise.all([startReal(), startKit()]);
    return { real, kit };
  },
};

async function startReal(): Promise<RealWorld> {
  const cluster = await startCluster({ profile: 'node', signingAlgorithm: 'ES256' });
  const real = await realWorldOf(cluster);
  const account = { namespace: NAMESPACE, ...real.account };
  const lines = LINES.map((line) => `console.log(${JSON.stringify(line)});`).join('');
  const pod = await cluster.pods.run({ account, name: POD, script: `${lines} setInterval(() => {}, 1e9);` });
  const signal = AbortSignal.timeout(LOGGED_WITHIN);
  for await (const line of pod.followLogs(signal)) if (line === LINES.at(-1)) break;
  return real;
}

async function startKit(): Promise<KitWorld> {
  const kit = await startKitWorld();
  await create(kit, 'pods', { metadata: { name: POD }, spec: { containers: [{ name: 'main' }] } });
  for (const line of LINES) kit.server.pods.log(POD, line, NAMESPACE);
  kit.server.pods.onExec(runProgram);
  return kit;
}

/** What Node does in the real pod. */
const runProgram: ExecHandler = async ({ command, stdin, stdout, stderr }) => {
  const program = command.at(-1);
  if (program === PROGRAMS.out) stdout.write('to stdout');
  if (program === PROGRAMS.err) stderr.write('to stderr');
  if (program === PROGRAMS.echo) for await (const chunk of stdin) stdout.write(chunk);
  return program === PROGRAMS.fail ? 3 : 0;
};
