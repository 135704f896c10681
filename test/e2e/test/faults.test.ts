import { request } from 'node:https';
import { createAgent } from '@kubefresh/core/https';
import { tokenRequestSource } from '@kubefresh/core/token-request';
import { bearer, createDispatcher, createFetch } from '@kubefresh/core/undici';
import { type NodeCluster, startCluster } from '@kubefresh-test/cluster';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOn } from '../src/describe-on.ts';
import { nextEvent } from '../src/next-event.ts';
import { idlePod, seenBy } from '../src/real-rotation.ts';

/** Ten times what the slowest of these takes. */
const BOUND = 60_000;

await describeOn('node', 'what a real kubelet and a real API server do', () => {
  let cluster: NodeCluster;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'node' });
  });
  afterAll(() => cluster?.stop());

  test.for(['garbage', 'blank', 'empty'] as const)(
    'F5/F7: the kubelet writes %s: the token held serves on, and the next is taken',
    async (fault) => {
      const { pod } = await idlePod(cluster);
      await using view = seenBy(cluster, pod);
      await using kube = createFetch(view);
      const path = `/api/v1/namespaces/${pod.namespace}/pods`;
      expect((await kube(path)).status).toBe(200);
      const held = view.source.current();
      const faulted = nextEvent(view.source, 'fault');
      await pod.writeToken({ garbage: 'no token at all', blank: '\n', empty: '' }[fault]);
      expect((await faulted).code).toBe('ERR_KUBEFRESH_TOKEN_MALFORMED');
      expect(view.source.current().token).toBe(held.token);
      expect((await kube(path)).status).toBe(200);
      const renewed = nextEvent(view.source, 'renewed');
      await pod.rotate();
      expect((await renewed).credential.token.equals(held.token)).toBe(false);
      expect((await kube(path)).status).toBe(200);
    },
  );

  test('T1: of an extended token warnafter leads; none of ours counts as stale, a minted stale one does', async () => {
    const stale = async () => (await cluster.metrics()).value('serviceaccount_stale_tokens_total') ?? 0;
    const { account, pod } = await idlePod(cluster, { token: { expirationSeconds: 3607 } });
    await using view = seenBy(cluster, pod);
    await using kube = createFetch(view);
    const { lifetime, token } = view.source.current();
    const { iat = 0, exp = 0, warnafter = 0 } = token.claims ?? {};
    expect(exp - iat).toBe(31_536_000);
    expect(lifetime.deadline).toBe(warnafter * 1000);
    expect(lifetime.renewAt).toBeLessThan(lifetime.deadline);
    const before = await stale();
    expect((await kube(`/api/v1/namespaces/${pod.namespace}/pods`)).status).toBe(200);
    expect(await stale()).toBe(before);
    await cluster
      .client({ token: cluster.mint.stale({ account }) })
      .request('GET', `/api/v1/namespaces/${pod.namespace}/pods`);
    expect(await stale()).toBe(before + 1);
  });

  // These three wait until the server forgets that the token was good: they do so together.
  test.concurrent('T7: the account is recreated: refused, explained, and well again with the next token', async () => {
    const { account, pod } = await idlePod(cluster);
    await using view = seenBy(cluster, pod);
    await using kube = createFetch(view);
    const path = `/api/v1/namespaces/${pod.namespace}/pods`;
    expect((await kube(path)).status).toBe(200);
    const rejected = nextEvent(view.source, 'rejected');
    await cluster.accounts.recreate(account);
    // The server remembers a success for 10 s.
    await statusOf(kube, path, 401);
    const { credential, auditId, explanation } = await rejected;
    expect(credential.token.claims?.jti).toBeDefined();
    // Of a token that young nobody can tell by itself; what it says leads to the server's own log.
    expect(['lagging-server', 'account-gone']).toContain(explanation.reason);
    expect(explanation.message).toContain(auditId);
    const event = await cluster.audit.waitFor(({ auditID }) => auditID === auditId);
    expect(event.responseStatus?.code).toBe(401);
    await pod.rotate();
    expect((await kube(path)).status).toBe(200);
  });

  test.concurrent('the pod is deleted: its token dies, and the 401 is explained', async () => {
    const { pod } = await idlePod(cluster);
    await using view = seenBy(cluster, pod);
    await using kube = createFetch(view);
    const path = `/api/v1/namespaces/${pod.namespace}/pods`;
    expect((await kube(path)).status).toBe(200);
    const rejected = nextEvent(view.source, 'rejected');
    await pod.delete('force');
    await statusOf(kube, path, 401);
    const { explanation, auditId } = await rejected;
    expect(['lagging-server', 'pod-gone']).toContain(explanation.reason);
    expect(explanation.message).toContain(auditId);
  });

  test.concurrent('a token that the pod asked for, bound to itself, names the pod, and dies with it', async () => {
    const { account, pod } = await idlePod(cluster);
    await using view = seenBy(cluster, pod);
    await using minted = tokenRequestSource({ cluster: view, boundTo: 'self' });
    const { token } = await minted.ready();
    expect(token.claims).toMatchObject({ pod: { name: pod.name, uid: pod.uid }, serviceAccount: { uid: account.uid } });
    await using kube = createFetch({ ...view, source: minted });
    const path = `/api/v1/namespaces/${pod.namespace}/pods`;
    expect((await kube(path)).status).toBe(200);
    await pod.delete('force');
    await statusOf(kube, path, 401);
  });

  test('S8: HTTP/2 with a 401: the others are answered', async () => {
    const { account, pod } = await idlePod(cluster);
    await using view = seenBy(cluster, pod);
    await using kube = createFetch({ ...view, allowH2: true });
    const path = `/api/v1/namespaces/${pod.namespace}/pods`;
    const dead = cluster.mint.expired({ account });
    const calls = Array.from({ length: 50 }, (_, index) =>
      kube(path, index === 25 ? { headers: { authorization: `Bearer ${dead}` } } : {}),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(49);
    expect(statuses[25]).toBe(401);
  });

  // The two that change the server for everybody come last.
  test('C2: the CA is rotated through kube-root-ca.crt: every injector goes on', async () => {
    const { pod } = await idlePod(cluster);
    await using view = seenBy(cluster, pod);
    const { origin, origins, source } = view;
    const path = `/api/v1/namespaces/${pod.namespace}/pods`;
    await using kube = createFetch(view);
    const dispatcher = createDispatcher(view);
    // bearer() is about the token alone: the Agent and its CA are the user's.
    const own = new Agent({ connect: (options, done) => buildConnector({ ca: source.current().ca })(options, done) });
    const agent = createAgent(view);
    // Each on a new connection, if it can be had, for an open one is verified no more.
    const by = async (through: Dispatcher) => {
      const { statusCode, body } = await through.request({ origin, path, method: 'GET', reset: true });
      await body.dump();
      return statusCode;
    };
    const ways = {
      fetch: async () => (await kube(path)).status,
      dispatcher: () => by(dispatcher),
      bearer: () => by(own.compose(bearer(source, { origins }))),
      agent: () =>
        new Promise<number | undefined>((resolve, reject) => {
          const options = { agent, headers: { connection: 'close' } };
          request(`${origin}${path}`, options, (response) => resolve(response.resume().statusCode))
            .on('error', reject)
            .end();
        }),
    };
    const all = async () =>
      Object.fromEntries(await Promise.all(Object.entries(ways).map(async ([name, send]) => [name, await send()])));
    const good = { fetch: 200, dispatcher: 200, bearer: 200, agent: 200 };
    expect(await all()).toEqual(good);
    for (const way of ['keep', 'drop'] as const) {
      const { ca } = source.current();
      await cluster.certificates.rotateAuthority(way);
      await pod.rotate();
      await until(() => source.current().ca !== ca || undefined);
      expect(await all()).toEqual(good);
    }
    await Promise.all([dispatcher.close(), own.close()]);
    agent.destroy();
  });

  test('S3: the signing key is dropped: 401s until the kubelet has a new token, then all is well', async () => {
    const { pod } = await idlePod(cluster);
    await using view = seenBy(cluster, pod);
    await using kube = createFetch(view);
    const path = `/api/v1/namespaces/${pod.namespace}/pods`;
    expect((await kube(path)).status).toBe(200);
    await cluster.signingKeys.rotate('drop');
    await statusOf(kube, path, 401);
    await pod.rotate();
    expect((await kube(path)).status).toBe(200);
  });
});

/** Sends until the server answers with `status`. */
async function statusOf(kube: ReturnType<typeof createFetch>, path: string, status: number): Promise<void> {
  await until(async () => ((await kube(path)).status === status ? true : undefined));
}

/** Asks again, ten times a second, until there is an answer. */
async function until<Value>(ask: () => Value | undefined | Promise<Value | undefined>): Promise<Value> {
  const deadline = performance.now() + BOUND;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${BOUND} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
