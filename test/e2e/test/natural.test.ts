import { createFetch } from '@kubefresh/core/undici';
import { type NodeCluster, startCluster, until } from '@kubefresh-test/cluster';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOn } from '../src/describe-on.ts';
import { Evidence } from '../src/evidence.ts';
import { idlePod, seenBy } from '../src/real-rotation.ts';

/** The shortest life that the API gives, s. The kubelet replaces the token at 80 % of it, when it syncs the pod. */
const LIFE = 600;
/** 480 s to the renewal, up to 90 s to the sync, and as much again, ms. */
const BOUND = 20 * 60_000;
/** Between two requests, ms. */
const PAUSE = 200;

const asked = process.env['KUBEFRESH_NATURAL'] === '1';

await describeOn('node', 'a rotation that nobody forced', () => {
  let cluster: NodeCluster;
  let evidence: Evidence;
  beforeAll(async () => {
    if (!asked) return;
    cluster = await startCluster({ profile: 'node' });
    evidence = new Evidence(cluster);
  });
  afterAll(async () => {
    await evidence?.stop();
    await cluster?.stop();
  });

  test.runIf(asked)(
    'a token of 600 s is replaced by the kubelet in its own time, and no request fails (KUBEFRESH_NATURAL=1, 8 minutes)',
    async () => {
      const { account, pod } = await idlePod(cluster, { token: { expirationSeconds: LIFE }, rotation: 'natural' });
      const user = `system:serviceaccount:${account.namespace}:${account.name}`;
      evidence.suspect = user;
      await using view = seenBy(cluster, pod);
      await using kube = createFetch(view);
      const first = view.source.current();
      let renewedAt: number | undefined;
      view.source.on('renewed', () => {
        renewedAt = Date.now();
      });
      // A few more after it.
      for (let after = 0; after < 50; ) {
        const response = await kube(`/api/v1/namespaces/${pod.namespace}/pods`);
        await response.body?.cancel();
        if (renewedAt !== undefined) after += 1;
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
      await until('both tokens in the audit log', async () => evidence.of(user).tokens.size >= 2, {
        timeoutMs: 30_000,
      });
      const { requests, failed } = evidence.of(user);
      const age = ((renewedAt ?? 0) - (first.token.claims?.iat ?? 0) * 1000) / 1000;
      console.log(
        `natural: ${requests} requests, ${failed.length} failed, replaced ${age.toFixed(0)} s after its issue`,
      );
      expect(failed).toEqual([]);
    },
    BOUND,
  );
});
