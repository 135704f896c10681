import { type NodeCluster, startCluster, until } from '@kubefresh-test/cluster';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOn } from '../src/describe-on.ts';
import { Evidence } from '../src/evidence.ts';
import { buildExample, deployExample, userOf } from '../src/example.ts';
import { idOf } from '../src/token-claims.ts';

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
      const pod = await deployExample(cluster, name, { intervalMs: INTERVAL });
      const tally = evidence.of(userOf(name));
      for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) {
        const due = (REQUESTS * rotation) / (ROTATIONS + 1);
        await until(`${Math.ceil(due)} requests of ${name}`, async () => tally.requests >= due, { timeoutMs: 60_000 });
        await pod.rotate();
      }
      await until(
        `${REQUESTS} requests of ${name}`,
        async () => tally.requests >= REQUESTS && tally.tokens.size > ROTATIONS,
        { timeoutMs: 60_000 },
      );
      // A request that never reached the server is in no audit log.
      expect(await pod.logs()).not.toContain('"failed"');
      await stop(cluster, name);
      console.log(
        `${name}: ${tally.requests} requests, ${tally.failed.length} failed, ${tally.tokens.size} tokens used`,
      );
      expect(tally.failed).toEqual([]);
    });
  }

  test(`token-request: its few requests over ${ROTATIONS} rotations, none failed, and its tokens are taken throughout`, async () => {
    const name = 'token-request';
    await buildExample(cluster, name);
    evidence.suspect = userOf(name);
    const pod = await deployExample(cluster, name, { intervalMs: 50 });
    const tally = evidence.of(userOf(name));
    for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) await pod.rotate();
    const last = idOf(await pod.readToken());
    const steps = ['"renewed"', '"received"'];
    for await (const line of pod.followLogs(AbortSignal.timeout(30_000))) {
      if (steps.length === 2 ? line.includes(last) : line.includes('"received"')) steps.shift();
      if (steps.length === 0) break;
    }
    expect(steps, 'what did not happen after the last rotation').toEqual([]);
    expect(await pod.logs()).not.toContain('"refused"');
    await stop(cluster, name);
    console.log(`${name}: ${tally.requests} requests, ${tally.failed.length} failed`);
    expect(tally.requests).toBeGreaterThan(0);
    expect(tally.failed).toEqual([]);
  });
});

/** Ends an example, so that its requests are not counted for the next. */
async function stop(cluster: NodeCluster, name: string): Promise<void> {
  await cluster.admin.request('DELETE', `/apis/apps/v1/namespaces/default/deployments/kubefresh-${name}`);
  const gone = async () => (await cluster.pods.list('default', `app=kubefresh-${name}`)).length === 0;
  await until(`the pod of ${name} to be gone`, gone, { timeoutMs: 60_000 });
}
