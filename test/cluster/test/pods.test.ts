import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NODE_IMAGE, type NodeCluster, startCluster, until } from '../src/index.ts';
import { createReader, describeOn, IDLE } from './support.ts';

/** What an in-cluster client does, by hand: address from the environment, token and CA from the volume. */
const LIST_CONFIGMAPS = `
  import { readFileSync } from 'node:fs';
  import { get } from 'node:https';
  const read = (name) => readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/' + name, 'utf8');
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  const path = '/api/v1/namespaces/' + read('namespace') + '/configmaps';
  const headers = { authorization: 'Bearer ' + read('token') };
  get({ host, port, path, headers, ca: read('ca.crt') }, (response) => console.log('status', response.resume().statusCode));`;

describeOn('node', 'pods', () => {
  let cluster: NodeCluster;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'node' });
  });
  afterAll(() => cluster?.stop());

  test('a pod reaches the API server with what the kubelet gave it, and its log and exit code are read', async () => {
    const account = await createReader(cluster);
    const pod = await cluster.pods.create({ account, script: LIST_CONFIGMAPS });
    expect(await pod.exitCode()).toBe(0);
    expect(await pod.logs()).toBe('status 200\n');
    const username = `system:serviceaccount:${account.namespace}:reader`;
    const event = await cluster.audit.waitFor(({ user }) => user.username === username);
    expect(event.user.extra?.['authentication.kubernetes.io/pod-uid']).toEqual([pod.uid]);
    expect(event.user.extra?.['authentication.kubernetes.io/node-name']).toEqual(['127.0.0.1']);
  });

  test('a failing pod tells its exit code, and waiting for it to run fails with its log', async () => {
    const account = await createReader(cluster);
    const script = 'console.log("so long"); process.exitCode = 7';
    const pod = await cluster.pods.create({ account, script });
    expect(await pod.exitCode()).toBe(7);
    // Never ready, so that its end is what is seen first.
    const spec = { readinessGates: [{ conditionType: 'test/never' }] };
    await expect(cluster.pods.run({ account, script, spec })).rejects.toThrow(
      /ended: Failed; .*"exitCode":7[\s\S]*so long/,
    );
  });

  test('environment, arguments and a followed log', async () => {
    const account = await createReader(cluster);
    const script = `console.log(process.env.GREETING, ...process.argv.slice(1)); ${IDLE}`;
    const pod = await cluster.pods.run({ account, script, env: { GREETING: 'hello' }, args: ['a', 'b c'] });
    const stop = new AbortController();
    for await (const line of pod.followLogs(stop.signal)) {
      expect(line).toBe('hello a b c');
      break;
    }
  });

  test('exec: output, exit code and standard input', async () => {
    const account = await createReader(cluster);
    const pod = await cluster.pods.run({ account, script: IDLE });
    const code = 'process.stdin.pipe(process.stdout); console.error("aside"); process.exitCode = 3';
    const node = '/usr/local/bin/node';
    expect(await pod.exec([node, '-e', code], 'to and fro')).toEqual({
      exitCode: 3,
      stdout: 'to and fro',
      stderr: 'aside\n',
    });
    expect(await pod.exec([node, '-p', '1 + 1'])).toEqual({ exitCode: 0, stdout: '2\n', stderr: '' });
    await expect(pod.exec(['/no/such/program'])).rejects.toThrow(/exec failed: .*no such file/);
  });

  test('the kubelet sets modes and owners by the security context', async () => {
    const account = await createReader(cluster);
    const token = { expirationSeconds: 3600 };
    const look = async (podSecurityContext: object) => {
      const pod = await cluster.pods.run({ account, script: IDLE, token, podSecurityContext });
      const { mode, uid, gid } = statSync(join(pod.volume.path, 'token'));
      return `${(mode & 0o777).toString(8)} ${uid}:${gid}`;
    };
    expect(await look({})).toBe('644 0:0');
    expect(await look({ runAsUser: 1000 })).toBe('600 1000:0');
    expect(await look({ runAsUser: 1000, fsGroup: 2000 })).toBe('640 1000:2000');
  });

  test('a token dies with its pod', async () => {
    const account = await createReader(cluster);
    const pod = await cluster.pods.run({ account, script: IDLE });
    const client = cluster.client({ token: await pod.readToken() });
    const status = async () => (await client.send('GET', `/api/v1/namespaces/${account.namespace}/configmaps`)).status;
    expect(await status()).toBe(200);
    await pod.delete('force');
    // The API server goes on accepting for 10 s what it has just accepted.
    await until('the token to die', async () => (await status()) === 401, { timeoutMs: 60_000, intervalMs: 500 });
  });

  test('an ordinary Deployment runs unchanged', async () => {
    const { namespace } = await createReader(cluster);
    const labels = { app: 'ordinary' };
    await cluster.admin.request('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, {
      metadata: { name: 'ordinary' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: 'reader',
            containers: [
              {
                name: 'main',
                image: NODE_IMAGE,
                args: ['--input-type=module', '-e', `${LIST_CONFIGMAPS}\n${IDLE}`],
                ports: [{ containerPort: 8080 }],
              },
            ],
          },
        },
      },
    });
    const [pod] = await until(
      'the Deployment to have a pod',
      async () => {
        const pods = await cluster.pods.list(namespace, 'app=ordinary');
        return pods.length === 1 && pods;
      },
      { timeoutMs: 30_000 },
    );
    if (pod === undefined) throw new Error('unreachable: the list had one pod');
    await pod.running();
    const signal = AbortSignal.timeout(30_000);
    for await (const line of pod.followLogs(signal)) {
      expect(line).toBe('status 200');
      break;
    }
  });
});
