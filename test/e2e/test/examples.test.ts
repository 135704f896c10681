import { type NodeCluster, startCluster, until } from '@kubefresh-test/cluster';
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

  // Last: afterwards no token of before is good for anything.
  test('every token dies with the signing key: with the next one kubefresh is well at once, the stock client a minute later', async () => {
    evidence.suspect = 'nobody';
    await buildExample(cluster, 'client-node');
    const account = await cluster.accounts.create(await cluster.accounts.createNamespace('dying'), 'reader', [
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    ]);
    const program = (by: string, library: string) => `
      import { CoreV1Api, KubeConfig } from '${library}';
      const config = new KubeConfig();
      config.loadFromCluster();
      const core = config.makeApiClient(CoreV1Api);
      for (;;) {
        await core.listNamespacedPod({ namespace: '${account.namespace}', labelSelector: 'by=${by}' }).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 50));
      }`;
    const run = (by: string, library: string) =>
      cluster.pods.run({ account, image: imageOf('client-node'), script: program(by, library) });
    const pods = [await run('stock', '@kubernetes/client-node'), await run('kubefresh', '@kubefresh/client-node')];
    const [stock, kubefresh] = [evidence.of('stock'), evidence.of('kubefresh')];
    await until('both to send', async () => stock.requests > 0 && kubefresh.requests > 0, { timeoutMs: 30_000 });
    await cluster.signingKeys.rotate('drop');
    for (const pod of pods) await pod.rotate();
    await until('kubefresh to use its new token', async () => kubefresh.tokens.size === 2, { timeoutMs: 30_000 });
    const [stockBefore, kubefreshBefore] = [stock.failed.length, kubefresh.failed.length];
    await until('the stock client to go on failing', async () => stock.failed.length >= stockBefore + 100, {
      timeoutMs: 60_000,
    });
    console.log(
      `after the new tokens were written: stock ${stock.failed.length - stockBefore} and more failed, kubefresh ${kubefresh.failed.length - kubefreshBefore}`,
    );
    expect(kubefresh.failed.length).toBe(kubefreshBefore);
    for (const pod of pods) await pod.delete('force');
  });
});

/** Ends an example, so that its requests are not counted for the next. */
async function stop(cluster: NodeCluster, name: string): Promise<void> {
  await cluster.admin.request('DELETE', `/apis/apps/v1/namespaces/default/deployments/kubefresh-${name}`);
  const gone = async () => (await cluster.pods.list('default', `app=kubefresh-${name}`)).length === 0;
  await until(`the pod of ${name} to be gone`, gone, { timeoutMs: 60_000 });
}
