import { until } from '@kubefresh-test/cluster';
import { expect, test } from 'vitest';
import { describeOn } from '../src/describe-on.ts';
import { buildExample, imageOf } from '../src/example.ts';
import { mortalToken } from '../src/mortal-token.ts';
import { useNode } from '../src/use-node.ts';

/** As for the examples. The stock client sends as fast as it can beside them, which with a TLS handshake each is less. */
const REQUESTS = 10_000;
const ROTATIONS = 20;
/** The clients by their mark in the audit log. Both are in the image of the example client-node. */
const LIBRARIES = { stock: '@kubernetes/client-node', kubefresh: '@kubefresh/client-node' };

await describeOn('node', 'the official client as released, and with kubefresh, by the audit log', () => {
  const node = useNode();

  test(`${REQUESTS} requests over ${ROTATIONS} rotations, each of which ends the token before: kubefresh fails none, the stock client beside it does`, async () => {
    const { cluster, evidence } = node;
    await buildExample(cluster, 'client-node');
    const account = await cluster.accounts.create(await cluster.accounts.createNamespace('mortal'), 'reader', [
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    ]);
    let token = await mortalToken(cluster, account);
    const pods = await Promise.all(
      Object.entries(LIBRARIES).map(([name, library]) => {
        // From the start: the stock client keeps what it has read first for a minute.
        cluster.tokenPlans.set(account.namespace, name, { kind: 'text', text: token.text });
        return cluster.pods.run({ account, name, image: imageOf('client-node'), script: program(name, library) });
      }),
    );
    const [stock, kubefresh] = [evidence.of('stock'), evidence.of('kubefresh')];
    await until('the stock client to send', async () => stock.requests > 0, { timeoutMs: 60_000 });
    const sent = (count: number) =>
      until(`${count} requests of kubefresh`, async () => kubefresh.requests >= count, { timeoutMs: 120_000 });
    for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) {
      await sent(Math.ceil((REQUESTS * rotation) / (ROTATIONS + 1)));
      const next = await mortalToken(cluster, account);
      await Promise.all(pods.map((pod) => pod.writeToken(next.text)));
      await token.end();
      token = next;
    }
    await sent(REQUESTS);
    await until('kubefresh to have used each token', async () => kubefresh.tokens.size > ROTATIONS, {
      timeoutMs: 30_000,
    });
    await until('the stock client to be refused', async () => stock.failed.length > 0, { timeoutMs: 60_000 });
    for (const [name, { requests, failed, tokens }] of Object.entries({ stock, kubefresh })) {
      console.log(`${name}: ${requests} requests, ${failed.length} failed, ${tokens.size} tokens used`);
    }
    expect(kubefresh.failed).toEqual([]);
  });

  /** Lists pods without end, with a mark that is in the audit log also where a refused request has no user. */
  function program(mark: string, library: string): string {
    return `
      import { CoreV1Api, KubeConfig } from '${library}';
      const config = new KubeConfig();
      config.loadFromCluster();
      const core = config.makeApiClient(CoreV1Api);
      const namespace = config.getContextObject(config.getCurrentContext()).namespace;
      for (;;) {
        await core.listNamespacedPod({ namespace, labelSelector: 'by=${mark}' }).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 1));
      }`;
  }
});
