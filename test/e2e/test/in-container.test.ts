import { type NodeCluster, type ServiceAccount, startCluster } from '@kubefresh-test/cluster';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOn } from '../src/describe-on.ts';
import { buildExample, imageOf } from '../src/example.ts';
import { lineOf } from '../src/program.ts';
import { idOf } from '../src/token-claims.ts';

/** Says who may read the token, then lists pods with each token that it gets. Its user is the image's, 1000, unless told. */
const READER = `
  import { statSync } from 'node:fs';
  import { inCluster } from '@kubefresh/core';
  import { createFetch } from '@kubefresh/core/undici';
  const log = (line) => console.log(JSON.stringify(line));
  const { mode, uid, gid } = statSync('/var/run/secrets/kubernetes.io/serviceaccount/token');
  log({ mode: (mode & 0o777).toString(8), owner: uid + ':' + gid, user: process.getuid() });
  const cluster = inCluster();
  const kube = createFetch(cluster);
  const list = async ({ token, namespace }) => {
    const { status } = await kube('/api/v1/namespaces/' + namespace + '/pods');
    log({ jti: token.claims.jti, status });
  };
  cluster.source.on('renewed', ({ credential }) => list(credential));
  try {
    cluster.source.current();
  } catch ({ code, message }) {
    log({ code, message });
  }
  setInterval(() => {}, 1e9);
  await list(await cluster.source.ready());`;

/** A reader by subPath, with what heals it; and beside it one without. */
const BY_SUBPATH = `
  import { fallbackSource, volumeSource } from '@kubefresh/core';
  import { createFetch } from '@kubefresh/core/undici';
  import { tokenRequestSource } from '@kubefresh/core/token-request';
  const log = (line) => console.log(JSON.stringify(line));
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const origin = 'https://' + host + ':' + port;
  const mounted = volumeSource({ directory: '/mounted' });
  const source = fallbackSource(mounted, (self) => tokenRequestSource({ source: self, origin, boundTo: 'self' }));
  const cluster = { origin, origins: [origin] };
  const [healed, alone] = [createFetch({ ...cluster, source }), createFetch({ ...cluster, source: mounted })];
  for (;;) {
    const { token, namespace } = source.current();
    const list = async (kube) => (await kube('/api/v1/namespaces/' + namespace + '/pods')).status;
    log({ healed: await list(healed), alone: await list(alone), pod: token.claims.pod.uid, life: token.claims.exp - token.claims.iat });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }`;

/** The official client by its new import; each line says when the request was sent. */
const OFFICIAL = `
  import { CoreV1Api, KubeConfig } from '@kubefresh/client-node';
  const config = new KubeConfig();
  config.loadFromCluster();
  const core = config.makeApiClient(CoreV1Api);
  const namespace = config.getContextObject(config.getCurrentContext()).namespace;
  for (;;) {
    const sentAt = Date.now();
    const error = await core.listNamespacedPod({ namespace }).then(() => undefined, String);
    console.log(JSON.stringify({ sentAt, ok: error === undefined, error }));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }`;

/** How many requests must go well after a change. */
const AFTER = 100;

await describeOn('node', 'in a container', () => {
  let cluster: NodeCluster;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'node' });
    await buildExample(cluster, 'fetch');
    await buildExample(cluster, 'client-node');
  });
  afterAll(() => cluster?.stop());

  // It waits for the end of a token; the others go on meanwhile.
  test.concurrent('F12: a token mounted by subPath is named as such and dies; fallbackSource goes on with the pod’s own TokenRequest', async () => {
    const account = await createReader(cluster);
    const name = 'by-subpath';
    // The token has to name the pod, whose uid is known once it is made: until then there is none.
    cluster.tokenPlans.set(account.namespace, name, { kind: 'refused', status: 500 });
    const pod = await cluster.pods.create({
      account,
      name,
      image: imageOf('fetch'),
      script: BY_SUBPATH,
      token: { expirationSeconds: 3600 },
      volumeMounts: ['token', 'ca.crt', 'namespace'].map((file) => {
        return { name: 'token', mountPath: `/mounted/${file}`, subPath: file, readOnly: true };
      }),
    });
    // Of its minute of grace (the server's leeway) 30 s are left: ten times what a pod takes to start.
    const text = cluster.mint.token({ account, pod, issued: -3600, expires: -30 });
    await pod.writeToken(text);
    await pod.running();
    await pod.rotate();
    expect(await pod.readToken()).not.toBe(text);
    // What was mounted is what it was, and the server is done with it.
    const line = await lineOf(pod, ({ alone }) => alone === 401);
    expect(line).toMatchObject({ healed: 200, pod: pod.uid, life: 3600 });
    expect(await pod.logs()).toContain('/mounted/token is mounted by subPath');
    await pod.delete('force');
  });

  test.concurrent.for([
    { title: 'as root', podSecurityContext: {}, securityContext: { runAsUser: 0 }, mode: '600', owner: '0:0' },
    { title: 'runAsUser', podSecurityContext: { runAsUser: 1000 }, mode: '600', owner: '1000:0' },
    { title: 'fsGroup', podSecurityContext: { fsGroup: 2000 }, mode: '640', owner: '0:2000' },
    { title: 'both', podSecurityContext: { runAsUser: 1000, fsGroup: 2000 }, mode: '640', owner: '1000:2000' },
    { title: 'neither, the user is the image’s', podSecurityContext: {}, mode: '644', owner: '0:0' },
  ])('$title: the token is $mode $owner, and each rotation is taken', async ({ mode, owner, ...contexts }) => {
    const { podSecurityContext, securityContext = {} } = contexts;
    const pod = await cluster.pods.run({
      account: await createReader(cluster),
      image: imageOf('fetch'),
      script: READER,
      podSecurityContext,
      securityContext: { readOnlyRootFilesystem: true, ...securityContext },
    });
    expect(await lineOf(pod, (line) => 'mode' in line)).toMatchObject({ mode, owner });
    const listed = (jti: string) => lineOf(pod, (line) => line['jti'] === jti);
    expect(await listed(idOf(await pod.readToken()))).toMatchObject({ status: 200 });
    await pod.rotate();
    expect(await listed(idOf(await pod.readToken()))).toMatchObject({ status: 200 });
    await pod.delete('force');
  });

  test.concurrent('F11: a token that the process may not read: the error says which setting lets it', async () => {
    const pod = await cluster.pods.run({
      account: await createReader(cluster),
      image: imageOf('fetch'),
      script: READER,
      // The kubelet does not know the image's user, so the file is root's.
      token: { expirationSeconds: 3600, defaultMode: 0o400 },
    });
    const { code, message } = await lineOf(pod, (line) => 'code' in line);
    expect(code).toBe('ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE');
    expect(message).toMatch(/uid 1000\): mode 0400, owner 0:0.*fsGroup.*runAsUser/);
    await pod.delete('force');
  });

  // Last: it changes the server for everybody.
  test('C2: the CA is replaced, twice: the official client fails no request that it sends after the volume has the new one', async () => {
    const account = await createReader(cluster);
    const pod = await cluster.pods.run({ account, image: imageOf('client-node'), script: OFFICIAL });
    await lineOf(pod, ({ ok }) => ok === true);
    for (const previous of ['keep', 'drop'] as const) {
      await cluster.certificates.rotateAuthority(previous);
      await pod.rotate();
      const written = Date.now();
      let sent = 0;
      await lineOf(pod, ({ sentAt }) => {
        if (Number(sentAt) > written) sent += 1;
        return sent === AFTER;
      });
      const lines = (await pod.logs()).split('\n').filter((text) => text.startsWith('{"sentAt"'));
      const after = lines.map((text) => JSON.parse(text)).filter(({ sentAt }) => sentAt > written);
      expect(after.length).toBeGreaterThanOrEqual(AFTER);
      expect(after.filter(({ ok }) => !ok)).toEqual([]);
    }
    await pod.delete('force');
  });
});

/** A fresh account that may list pods, and ask for its own tokens. */
async function createReader({ accounts }: NodeCluster): Promise<ServiceAccount> {
  return accounts.create(await accounts.createNamespace('inside'), 'reader', [
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  ]);
}
