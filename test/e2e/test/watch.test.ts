import { createFetch, type KubernetesFetch } from '@kubefresh/core/undici';
import { type NodeCluster, type Pod, type ServiceAccount, startCluster, until } from '@kubefresh-test/cluster';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOn } from '../src/describe-on.ts';
import { idlePod, seenBy } from '../src/real-rotation.ts';

/** What befalls a token or a CA, none of which ends a connection. */
const TROUBLES: Readonly<
  Record<string, (cluster: NodeCluster, pod: Pod, account: ServiceAccount) => Promise<unknown>>
> = {
  rotated: (_, pod) => pod.rotate(),
  garbage: (_, pod) => pod.writeToken('no token at all'),
  empty: (_, pod) => pod.writeToken(''),
  healed: (_, pod) => pod.rotate(),
  'new-ca': async (cluster, pod) => {
    await cluster.certificates.rotateAuthority('drop');
    await pod.rotate();
  },
  'new-account': (cluster, _, account) => cluster.accounts.recreate(account),
};

await describeOn('node', 'a watch', () => {
  let cluster: NodeCluster;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'node' });
  });
  afterAll(() => cluster?.stop());

  test('C3/S6: delivers through all that befalls token and CA, and opens again with the token of then', async () => {
    const { account, pod } = await idlePod(cluster);
    await using view = seenBy(cluster, pod);
    await using kube = createFetch(view);
    const configMaps = `/api/v1/namespaces/${pod.namespace}/configmaps`;
    const end = new AbortController();
    const watch = new Watch();
    const ended = watch.run(kube, configMaps, end.signal);
    const delivers = async (name: string) => {
      await cluster.admin.request('POST', configMaps, { metadata: { name } });
      await until(`the watch to deliver ${name}`, async () => watch.names.has(name), { timeoutMs: 30_000 });
    };

    await delivers('first');
    for (const [name, befall] of Object.entries(TROUBLES)) {
      await befall(cluster, pod, account);
      await delivers(name);
    }
    expect(watch.answers, 'one watch served it all').toEqual([200]);

    // The server restarts, which ends the watch, and knows no token of before.
    await cluster.signingKeys.rotate('drop');
    await until('the watch to be refused', async () => watch.answers.at(-1) === 401, { timeoutMs: 30_000 });
    await pod.rotate();
    await delivers('new-key');
    expect(watch.answers.at(-1)).toBe(200);
    end.abort();
    await ended;
  });
});

/** A watch as programs have it: opened again whenever it ends. */
class Watch {
  /** Of the objects it told of. */
  readonly names = new Set<string>();
  /** The status of each opening. */
  readonly answers: number[] = [];

  async run(kube: KubernetesFetch, path: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#open(kube, `${path}?watch=1`, signal);
      } catch {
        // Ended by the test, or by the server's restart: it is opened again either way.
      }
      // So that a server that restarts is asked ten times a second.
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async #open(kube: KubernetesFetch, path: string, signal: AbortSignal): Promise<void> {
    const response = await kube(path, { signal });
    this.answers.push(response.status);
    if (response.status !== 200) return void (await response.text());
    let rest = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.names.add((JSON.parse(line) as WatchEvent).object.metadata.name);
    }
  }
}

interface WatchEvent {
  readonly object: { readonly metadata: { readonly name: string } };
}
