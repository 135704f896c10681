import { type NodeCluster, type Pod, until } from '@kubefresh-test/cluster';
import { expect, test } from 'vitest';
import { describeOn } from '../src/describe-on.ts';
import type { Tally } from '../src/evidence.ts';
import { buildExample, deployExample, imageOf, userOf } from '../src/example.ts';
import { idOf } from '../src/token-claims.ts';
import { useNode } from '../src/use-node.ts';

/** What each example is put through. */
const REQUESTS = 10_000;
const ROTATIONS = 20;
/** Between two requests, ms: as fast as it can. */
const INTERVAL = 1;
/** For a twentieth of the requests: ten times what it takes while all examples go at once, ms. */
const BOUND = 120_000;

/** Lists pods without end, with a token that it asks for anew each time its own is replaced. */
const WITH_MINTED_TOKENS = `
  import { inCluster } from '@kubefresh/core';
  import { tokenRequestSource } from '@kubefresh/core/token-request';
  import { createFetch } from '@kubefresh/core/undici';
  const own = inCluster();
  const source = tokenRequestSource({ cluster: own, boundTo: 'self' });
  own.source.on('renewed', () => source.renew().catch((error) => console.log('failed', error)));
  const kube = createFetch({ ...own, source });
  const { namespace } = own.source.current();
  for (;;) {
    try {
      await (await kube('/api/v1/namespaces/' + namespace + '/pods')).text();
    } catch (error) {
      console.log('failed', error);
    }
  }`;

await describeOn('node', 'the example pods, by the audit log', () => {
  const node = useNode();

  // All at once: a 401 without a name fails each of them.
  for (const name of ['fetch', 'client-node', 'hand-rolled']) {
    test.concurrent(`${name}: ${REQUESTS} requests over ${ROTATIONS} rotations, none failed`, async () => {
      const { cluster, evidence } = node;
      await buildExample(cluster, name);
      const pod = await deployExample(cluster, name, { intervalMs: INTERVAL });
      const tally = evidence.of(userOf(name));
      await rotateThroughout(pod, tally, ROTATIONS + 1);
      // A request that never reached the server is in no audit log.
      expect(await pod.logs()).not.toContain('"failed"');
      await stop(cluster, name);
      console.log(
        `${name}: ${tally.requests} requests, ${tally.failed.length} failed, ${tally.tokens.size} tokens used`,
      );
      expect([...tally.failed, ...evidence.unnamed.failed]).toEqual([]);
    });
  }

  // The example itself asks for a token now and then. Beside it the tokens that a pod asks for do the work of the others.
  test.concurrent(`token-request: ${ROTATIONS} rotations, and ${REQUESTS} requests with tokens that the pod asked for, none failed`, async () => {
    const { cluster, evidence } = node;
    const name = 'token-request';
    await buildExample(cluster, name);
    const example = await deployExample(cluster, name, { intervalMs: 50 });
    const { pod, user } = await runMinting(cluster, imageOf(name));
    const tallies = { [name]: evidence.of(userOf(name)), minted: evidence.of(user) };
    // With each rotation a token of the volume, and one that is asked for with it.
    await rotateThroughout(pod, tallies.minted, 2 * (ROTATIONS + 1), example);

    const last = idOf(await example.readToken());
    const steps = ['"renewed"', '"received"'];
    for await (const line of example.followLogs(AbortSignal.timeout(30_000))) {
      if (steps.length === 2 ? line.includes(last) : line.includes('"received"')) steps.shift();
      if (steps.length === 0) break;
    }
    expect(steps, 'what did not happen after the last rotation').toEqual([]);
    expect(await example.logs()).not.toContain('"refused"');
    expect(await pod.logs()).not.toContain('failed');
    // Not by force: the token of a pod that is gone dies, and the program would be refused to its very end.
    await Promise.all([stop(cluster, name), pod.delete('graceful')]);
    for (const [who, { requests, failed, tokens }] of Object.entries(tallies)) {
      console.log(`${who}: ${requests} requests, ${failed.length} failed, ${tokens.size} tokens used`);
      expect(requests).toBeGreaterThan(0);
      expect([...failed, ...evidence.unnamed.failed]).toEqual([]);
    }
  });
});

/** Rotates as often as it must be while the requests come in; returns when all were sent, with so many tokens. */
async function rotateThroughout(pod: Pod, tally: Tally, tokens: number, ...beside: Pod[]): Promise<void> {
  for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) {
    const due = Math.ceil((REQUESTS * rotation) / (ROTATIONS + 1));
    await until(`${due} requests of ${pod.name}`, async () => tally.requests >= due, { timeoutMs: BOUND });
    await Promise.all([pod, ...beside].map((each) => each.rotate()));
  }
  const done = async () => tally.requests >= REQUESTS && tally.tokens.size >= tokens;
  await until(`${REQUESTS} requests of ${pod.name} with ${tokens} tokens`, done, { timeoutMs: BOUND });
}

/** A pod that lists pods with tokens it asks for, and may do no more. */
async function runMinting({ accounts, pods }: NodeCluster, image: string): Promise<{ pod: Pod; user: string }> {
  const account = await accounts.create(await accounts.createNamespace('minted'), 'worker', [
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['worker'], verbs: ['create'] },
  ]);
  const pod = await pods.run({ account, image, script: WITH_MINTED_TOKENS });
  return { pod, user: `system:serviceaccount:${account.namespace}:${account.name}` };
}

/** Ends an example: its load is the others' no more. */
async function stop(cluster: NodeCluster, name: string): Promise<void> {
  await cluster.admin.request('DELETE', `/apis/apps/v1/namespaces/default/deployments/kubefresh-${name}`);
  const gone = async () => (await cluster.pods.list('default', `app=kubefresh-${name}`)).length === 0;
  await until(`the pod of ${name} to be gone`, gone, { timeoutMs: 60_000 });
}
