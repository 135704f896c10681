import { type NodeCluster, type Pod, startCluster, until } from '@kubefresh-test/cluster';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOn } from '../src/describe-on.ts';
import { Evidence } from '../src/evidence.ts';
import { buildExample, deployExample, imageOf, userOf } from '../src/example.ts';

/** What each example is put through. */
const REQUESTS = 10_000;
const ROTATIONS = 20;
/** Between two requests, ms: as fast as it can. */
const INTERVAL = 1;

await describeOn('node', 'the example pods, by the audit log', () => {
  let cluster: NodeCluster;
  let evidence: Evidence;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'node' });
    evidence = new Evidence(cluster);
  });
  afterAll(async () => {
    await evidence?.stop();
    await cluster?.stop();
  });

  for (const name of ['fetch', 'client-node', 'hand-rolled']) {
    test(`${name}: ${REQUESTS} requests over ${ROTATIONS} rotations, none failed`, async () => {
      await buildExample(cluster, name);
      evidence.suspect = userOf(name);
      const pod = await deployExample(cluster, name, INTERVAL);
      const tally = evidence.of(userOf(name));
      for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) {
        const due = (REQUESTS * rotation) / (ROTATIONS + 1);
        await until(`${Math.ceil(due)} requests of ${name}`, async () => tally.requests >= due, { timeoutMs: 60_000 });
        await pod.rotate();
      }
      await until(
        `${REQUESTS} requests of ${name}`,
        async () => tally.requests >= REQUESTS && tally.tokens.size > ROTATIONS,
        {
          timeoutMs: 60_000,
        },
      );
      await stop(cluster, name);
      console.log(
        `${name}: ${tally.requests} requests, ${tally.failed.length} failed, ${tally.tokens.size} tokens used`,
      );
      expect(tally.failed).toEqual([]);
    });
  }

  test('token-request: tokens for another service, over rotations of its own', async () => {
    const name = 'token-request';
    await buildExample(cluster, name);
    evidence.suspect = userOf(name);
    const pod = await deployExample(cluster, name, 50);
    const tally = evidence.of(userOf(name));
    for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) await pod.rotate();
    for await (const line of pod.followLogs(AbortSignal.timeout(30_000))) if (line.includes('"received"')) break;
    await stop(cluster, name);
    console.log(`${name}: ${tally.requests} requests, ${tally.failed.length} failed`);
    expect(tally.requests).toBeGreaterThan(0);
    expect(tally.failed).toEqual([]);
  });

  test('a token that dies: the stock client fails until it reads again, kubefresh does not', async () => {
    evidence.suspect = 'nobody';
    // Good for 12 s more by the server's leeway of a minute; what it remembers for 10 s may add to that.
    const dying = { issued: -3600, notBefore: -3600, expires: -48 };
    const account = await cluster.accounts.create(await cluster.accounts.createNamespace('dying'), 'reader', [
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    ]);
    // It begins with the second token of its life, and reads no other for a minute if it is the stock client.
    const program = (by: string, library: string) => `
      import { readFileSync } from 'node:fs';
      import { CoreV1Api, KubeConfig } from '${library}';
      const token = () => readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8');
      const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
      const first = token();
      console.log('ready');
      while (token() === first) await pause();
      const config = new KubeConfig();
      config.loadFromCluster();
      const core = config.makeApiClient(CoreV1Api);
      for (;; await pause()) {
        await core.listNamespacedPod({ namespace: '${account.namespace}', labelSelector: 'by=${by}' }).catch(() => {});
      }`;
    const run = async (by: string, library: string): Promise<Pod> => {
      const pod = await cluster.pods.run({ account, image: imageOf('client-node'), script: program(by, library) });
      for await (const line of pod.followLogs(AbortSignal.timeout(30_000))) if (line === 'ready') break;
      await pod.writeToken(cluster.mint.token({ account, pod: { name: pod.name, uid: pod.uid }, ...dying }));
      await until(`${by} to send`, async () => evidence.of(by).requests > 0, { timeoutMs: 30_000 });
      await pod.rotate();
      return pod;
    };
    const pods = [await run('stock', '@kubernetes/client-node'), await run('kubefresh', '@kubefresh/client-node')];
    const [stock, kubefresh] = [evidence.of('stock'), evidence.of('kubefresh')];
    await until('the stock client to be refused', async () => stock.failed.length >= 100, { timeoutMs: 60_000 });
    for (const pod of pods) await pod.delete('force');
    console.log(
      `a token that dies: stock ${stock.failed.length} of ${stock.requests} failed, kubefresh ${kubefresh.failed.length} of ${kubefresh.requests}`,
    );
    expect(kubefresh.tokens.size).toBe(2);
    expect(kubefresh.failed).toEqual([]);
  });
});

/** Ends an example, so that its requests are not counted for the next. */
async function stop(cluster: NodeCluster, name: string): Promise<void> {
  await cluster.admin.request('DELETE', `/apis/apps/v1/namespaces/default/deployments/kubefresh-${name}`);
  const gone = async () => (await cluster.pods.list('default', `app=kubefresh-${name}`)).length === 0;
  await until(`the pod of ${name} to be gone`, gone, { timeoutMs: 60_000 });
}
