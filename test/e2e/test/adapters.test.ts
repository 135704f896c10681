import { type NodeCluster, type ServiceAccount, startCluster, until } from '@kubefresh-test/cluster';
import * as clientNode1 from 'client-node-1';
import * as clientNode2 from 'client-node-2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Adapter } from '../src/adapters/adapter.ts';
import { clientNode } from '../src/adapters/client-node.ts';
import { fluentClient } from '../src/adapters/fluent-client.ts';
import { Followers } from '../src/adapters/followers.ts';
import { kubernetesClient } from '../src/adapters/kubernetes-client.ts';
import { addMetrics } from '../src/adapters/metrics-api.ts';
import { buildTarget, createStage, type Stage } from '../src/adapters/stage.ts';
import { Walks } from '../src/adapters/walks.ts';
import { describeOn } from '../src/describe-on.ts';
import { type MortalToken, mortalToken } from '../src/mortal-token.ts';

const OURS: readonly Adapter[] = [
  clientNode(clientNode1, '1.4.0', 'kubefresh'),
  clientNode(clientNode2, '2.0.1', 'kubefresh'),
  fluentClient,
  kubernetesClient,
];
/** Beside them, on the same volume. */
const STOCK: readonly Adapter[] = [clientNode(clientNode2, '2.0.1', 'stock')];
const ROTATIONS = 2;

await describeOn('node', 'the adapters, on every path of their clients', () => {
  let cluster: NodeCluster;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'node' });
    await buildTarget(cluster);
    const { hostname, port } = new URL(cluster.server);
    process.env['KUBERNETES_SERVICE_HOST'] = hostname;
    process.env['KUBERNETES_SERVICE_PORT'] = port;
    // Nor may the fluent client find a kubeconfig of the user who runs this.
    Reflect.deleteProperty(process.env, 'KUBECONFIG');
    process.env['HOME'] = cluster.directory;
  });
  afterAll(() => cluster?.stop());

  test('T4: a token that has expired before the start: the 401 reaches the caller, and the next token is taken', async () => {
    using stage = await createStage(cluster, (account) => cluster.mint.expired({ account }));
    await using walks = new Walks(OURS, stage);
    for (const [name, { paths }] of walks.connections) expect(await statusOf(paths['list']), name).toBe(401);
    await stage.pod.rotate();
    for (const [, { paths }] of walks.connections) await paths['list']?.();
  });

  describe('over all that befalls a token and a CA', () => {
    let stage: Stage;
    let walks: Walks;
    let stock: Walks;
    let followers: Followers;
    let token: MortalToken;
    beforeAll(async () => {
      const firstToken = async (account: ServiceAccount) => {
        token = await mortalToken(cluster, account);
        return token.text;
      };
      stage = await createStage(cluster, firstToken);
      await addMetrics(cluster, stage.pod);
      walks = new Walks(OURS, stage);
      stock = new Walks(STOCK, stage);
      followers = await Followers.start(walks.connections, stage);
    });
    afterAll(async () => {
      console.log(`${walks?.table()}\n${stock?.table()}`);
      followers?.stop();
      await walks?.[Symbol.asyncDispose]();
      stage?.[Symbol.dispose]();
    });
    /** Everybody goes everywhere; of ours none may fail, and their watches of before still tell. */
    const allIsWell = async () => {
      expect(await walks.all()).toEqual([]);
      await followers.seeAnother();
      expect(followers.failures).toEqual([]);
    };

    test('every path leads there', async () => {
      await allIsWell();
      expect(await stock.all()).toEqual([]);
    });

    test(`${ROTATIONS} rotations, the token before dead each time: none of ours fails, the stock client does`, async () => {
      let stockFailures = 0;
      for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) {
        const next = await mortalToken(cluster, stage.account);
        const dead = cluster.client({ token: token.text });
        await token.end();
        const probe = `/api/v1/namespaces/${stage.pod.namespace}/pods`;
        await until('the token to be dead', async () => (await dead.send('GET', probe)).status === 401, {
          timeoutMs: 60_000,
        });
        dead.close();
        await stage.pod.writeToken(next.text);
        token = next;
        await allIsWell();
        stockFailures += (await stock.all()).length;
      }
      expect(stockFailures).toBeGreaterThan(0);
    });

    test('F7: the kubelet writes garbage: the token held serves on', async () => {
      await stage.pod.writeToken('no token at all');
      await allIsWell();
    });

    test('T7: the account is recreated: refused, and well again with the next token', async () => {
      await stage.pod.rotate();
      await allIsWell();
      await cluster.accounts.recreate(stage.account);
      for (const [name, { paths }] of walks.connections) {
        const refused = async () => (await statusOf(paths['list'])) === 401;
        await until(`${name} to be refused`, refused, { timeoutMs: 60_000 });
      }
      await stage.pod.rotate();
      await allIsWell();
    });

    test.each(['keep', 'drop'] as const)('C2: the CA is replaced, %s the one before', async (previous) => {
      await cluster.certificates.rotateAuthority(previous);
      await stage.pod.rotate();
      await allIsWell();
    });
  });
});

/** The status of a path's failure, wherever its client keeps that; undefined if there is none. */
async function statusOf(walk: (() => Promise<void>) | undefined): Promise<unknown> {
  const error = await walk?.().catch((reason: unknown) => reason);
  const { code, status, statusCode } = Object(error);
  return [code, status, statusCode].find((value) => typeof value === 'number');
}
