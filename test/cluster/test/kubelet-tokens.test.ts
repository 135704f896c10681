import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NodeCluster, type Pod, startCluster, until } from '../src/index.ts';
import { createReader, describeOn, IDLE, statusWith } from './support.ts';

/** The token as the container reads it, by exec. */
async function tokenInside(pod: Pod): Promise<string> {
  const code = 'process.stdout.write(fs.readFileSync("/var/run/secrets/kubernetes.io/serviceaccount/token"))';
  return (await pod.exec(['/usr/local/bin/node', '-e', code])).stdout;
}

describeOn('node', 'what the kubelet writes', () => {
  let cluster: NodeCluster;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'node' });
  });
  afterAll(() => cluster?.stop());

  test('a rotation on demand is a swap of the whole directory, seen in the container, and the new token is valid', async () => {
    const account = await createReader(cluster);
    const pod = await cluster.pods.run({ account, script: IDLE });
    const first = { token: await pod.readToken(), generation: pod.volume.generation };
    expect(await tokenInside(pod)).toBe(first.token);
    const seen = new Set([first.token]);
    for (let round = 0; round < 3; round += 1) {
      await pod.rotate();
      const token = await pod.readToken();
      expect(await tokenInside(pod)).toBe(token);
      expect(await statusWith(cluster, token, account)).toBe(200);
      seen.add(token);
    }
    expect(seen.size).toBe(4);
    expect(pod.volume.generation).not.toBe(first.generation);
    const names = readdirSync(pod.volume.path).filter((name) => !name.startsWith('..'));
    expect(names.sort()).toEqual(['ca.crt', 'namespace', 'token']);
  });

  test('it rotates only when told: a sync writes nothing, and other pods keep theirs', async () => {
    const account = await createReader(cluster);
    const pod = await cluster.pods.run({ account, script: IDLE });
    const other = await cluster.pods.run({ account: await createReader(cluster), script: IDLE });
    const before = [pod.volume.generation, other.volume.generation];
    expect(await countTokenRequests(pod)).toBe(1);
    await pod.sync();
    // By the second of these the kubelet has been through the pod's sync, which it was told of before.
    await other.rotate();
    await other.rotate();
    expect(pod.volume.generation).toBe(before[0]);
    expect(other.volume.generation).not.toBe(before[1]);
    // The proxy repeated what it held: the API server was not asked.
    expect(await countTokenRequests(pod)).toBe(1);
  });

  async function countTokenRequests(pod: Pod): Promise<number> {
    const uri = `/api/v1/namespaces/${pod.namespace}/serviceaccounts/reader/token`;
    const events = await cluster.audit.events();
    return events.filter(({ requestURI, userAgent }) => requestURI === uri && userAgent?.startsWith('kubelet')).length;
  }

  test.each([
    ['garbage', 'not a token at all'],
    ['a line break', '\n'],
    ['nothing', ''],
  ])('%s is written as it is, and the next rotation heals it', async (_what, text) => {
    const account = await createReader(cluster);
    const pod = await cluster.pods.run({ account, script: IDLE, token: { expirationSeconds: 3600 } });
    await pod.writeToken(text);
    expect(await tokenInside(pod)).toBe(text);
    await pod.rotate();
    expect(await statusWith(cluster, await pod.readToken(), account)).toBe(200);
  });

  test('a minted token is written as it is', async () => {
    const account = await createReader(cluster);
    const pod = await cluster.pods.run({ account, script: IDLE });
    const stale = cluster.mint.stale({ account, pod });
    await pod.writeToken(stale);
    expect(await tokenInside(pod)).toBe(stale);
    expect(await statusWith(cluster, stale, account)).toBe(200);
  });

  test('while its requests are refused the kubelet leaves the file alone, and says FailedMount', async () => {
    const account = await createReader(cluster);
    const pod = await cluster.pods.run({ account, script: IDLE });
    const before = await pod.readToken();
    await pod.refuseTokens(500);
    const path = `/api/v1/namespaces/${account.namespace}/events?fieldSelector=reason%3DFailedMount`;
    const failed = async () => (await cluster.admin.request<{ items: object[] }>('GET', path)).items.length > 0;
    await until('a FailedMount event', failed, { timeoutMs: 60_000, intervalMs: 250 });
    expect(await pod.readToken()).toBe(before);
    await pod.rotate();
    expect(await pod.readToken()).not.toBe(before);
  });

  test('token and authority change in one swap', async () => {
    const account = await createReader(cluster);
    const pod = await cluster.pods.run({ account, script: IDLE });
    const { generation, path } = pod.volume;
    const before = await pod.readToken();
    await cluster.certificates.rotateAuthority('keep');
    // Published, but not in the pod: nothing told the kubelet to look.
    expect(pod.volume.generation).toBe(generation);
    await pod.rotate();
    expect(readFileSync(join(path, 'ca.crt'), 'utf8').trim()).toBe(cluster.certificateAuthority.trim());
    expect(await pod.readToken()).not.toBe(before);
  });

  test('a restarted kubelet has forgotten its tokens; left to itself it asks the API server for one', async () => {
    const account = await createReader(cluster);
    const token = { expirationSeconds: 600 };
    const pod = await cluster.pods.run({ account, script: IDLE, token, rotation: 'natural' });
    const { generation } = pod.volume;
    await pod.sync();
    await cluster.kubelet.restart();
    await pod.volume.swapped(generation);
    expect(await statusWith(cluster, await pod.readToken(), account)).toBe(200);
  });
});
