import { until } from '@kubefresh-test/cluster';
import { expect, test } from 'vitest';
import { describeOn } from '../src/describe-on.ts';
import { buildExample, deployExample, userOf } from '../src/example.ts';
import { issuedAt } from '../src/token-claims.ts';
import { useNode } from '../src/use-node.ts';

/** The shortest life that the API gives, s. The kubelet replaces the token at 80 % of it, when it syncs the pod. */
const LIFE = 600;
/** 480 s to the renewal, up to 90 s to the sync, and as much again, ms. */
const BOUND = 20 * 60_000;
/** Between two requests, ms. */
const INTERVAL = 200;
/** What is sent with the new token before it counts as lived through. */
const AFTER = 50;

const asked = process.env['KUBEFRESH_NATURAL'] === '1';

await describeOn('node', 'a rotation that nobody forced', () => {
  const node = useNode();

  test.runIf(asked)(
    `the fetch pod with a token of ${LIFE} s, which the kubelet replaces in its own time: no request fails (KUBEFRESH_NATURAL=1, 8 minutes)`,
    async () => {
      const { cluster, evidence } = node;
      const name = 'fetch';
      cluster.tokenPlans.beNatural('default');
      await buildExample(cluster, name);
      const pod = await deployExample(cluster, name, { intervalMs: INTERVAL, tokenSeconds: LIFE });
      const tally = evidence.of(userOf(name));
      const first = await pod.readToken();
      await until('the second token in the audit log', async () => tally.tokens.size >= 2, { timeoutMs: BOUND });
      const goal = tally.requests + AFTER;
      await until('some requests with it', async () => tally.requests >= goal, { timeoutMs: 60_000 });
      const age = issuedAt(await pod.readToken()) - issuedAt(first);
      const { requests, failed, tokens } = tally;
      console.log(
        `natural: ${requests} requests, ${failed.length} failed, ${tokens.size} tokens, replaced at ${age} s of ${LIFE}`,
      );
      expect([...failed, ...evidence.unnamed.failed]).toEqual([]);
      expect(await pod.logs()).not.toContain('"failed"');
    },
    BOUND,
  );
});
