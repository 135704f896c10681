import { keepFresh } from '@kubefresh/client-node';
import { type Dispatcher, fetch } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestPlugin } from './support/plugin.ts';
import { type Library, list, majors, World } from './support/world.ts';

let world: World;
let plugin: TestPlugin;
beforeEach(async () => {
  world = await World.create();
  plugin = new TestPlugin();
});
afterEach(async () => {
  plugin[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

/** So many ms from now, as a plugin says it. */
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

type KubeConfig = InstanceType<Library['KubeConfig']>;

function keptBy(library: Library, config: object = plugin.config()): KubeConfig {
  const kubeConfig = new library.KubeConfig();
  keepFresh(kubeConfig);
  kubeConfig.loadFromString(world.kubeconfig({ exec: config }));
  return kubeConfig;
}

describe.each(majors)('client-node $version', ({ library }) => {
  const kept = (config?: object) => keptBy(library, config);

  test('ten cold calls at once: one run', async () => {
    plugin.answer({ token: world.token.token });
    const kubeConfig = kept();
    await Promise.all(Array.from({ length: 10 }, () => list(library, kubeConfig)));
    expect(plugin.runs).toBe(1);
  });

  test('it is told what kubectl tells it', async () => {
    plugin.answer({ token: world.token.token });
    await list(library, kept(plugin.config({ provideClusterInfo: true, env: [{ name: 'EXTRA', value: 'more' }] })));
    expect(plugin.extra).toBe('more');
    expect(plugin.info).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: {
          server: world.server.origin,
          'certificate-authority-data': Buffer.from(world.server.caBundle).toString('base64'),
        },
      },
    });
  });

  test('in the last minute it is run again, once, while the old token serves', async () => {
    // Ten times what the first call takes, and a little, until the minute begins.
    plugin.answer({ token: world.token.token, expirationTimestamp: inMs(63_000) });
    const kubeConfig = kept();
    await list(library, kubeConfig);
    expect(plugin.runs).toBe(1);
    const next = await world.server.mint();
    plugin.answer({ token: next.token, expirationTimestamp: inMs(59_000) });
    const latest = async () => {
      await list(library, kubeConfig);
      return world.server.journal.last?.jti;
    };
    await expect.poll(latest, { timeout: 15_000 }).toBe(next.jti);
    await list(library, kubeConfig);
    expect(world.server.journal.filter(({ status }) => status !== 200)).toEqual([]);
    expect(plugin.runs).toBe(2);
  });

  test('after its end it is waited for', async () => {
    plugin.answer({ token: world.token.token, expirationTimestamp: inMs(-1000) });
    const kubeConfig = kept();
    await list(library, kubeConfig);
    const next = await world.server.mint();
    plugin.answer({ token: next.token, expirationTimestamp: inMs(3_600_000) });
    await list(library, kubeConfig);
    expect(world.server.journal.last?.jti).toBe(next.jti);
  });

  test('a 401: it is run once more, and the request sent once more', async () => {
    plugin.answer({ token: world.token.token });
    const kubeConfig = kept();
    await list(library, kubeConfig);
    const next = await world.server.mint();
    plugin.answer({ token: next.token });
    world.server.revoke(world.token);
    await Promise.all(Array.from({ length: 5 }, () => list(library, kubeConfig)));
    expect(plugin.runs).toBe(2);
  });

  test.each([
    ['GET', (kubeConfig: KubeConfig) => list(library, kubeConfig)],
    [
      'POST',
      (kubeConfig: KubeConfig) => {
        const body = { metadata: { name: 'sent-twice' } };
        return kubeConfig.makeApiClient(library.CoreV1Api).createNamespacedPod({ namespace: 'default', body });
      },
    ],
  ])('a 401: a plugin that takes its time is waited for, and the %s sent once more', async (_, send) => {
    plugin.answer({ token: world.token.token });
    const kubeConfig = kept();
    await list(library, kubeConfig);
    const next = await world.server.mint();
    plugin.answer({ token: next.token });
    // Far longer than what core holds a 401 back for.
    plugin.takes({ seconds: 1 });
    world.server.revoke(world.token);
    await Promise.all([send(kubeConfig), list(library, kubeConfig), list(library, kubeConfig)]);
    expect(plugin.runs).toBe(2);
    expect(world.server.journal.filter(({ status }) => status === 401)).toHaveLength(3);
  });

  test('a 401 for which a slow plugin has nothing new reaches the caller, after one run', async () => {
    plugin.answer({ token: world.token.token });
    const kubeConfig = kept();
    await list(library, kubeConfig);
    plugin.takes({ seconds: 1 });
    world.server.revoke(world.token);
    await expect(list(library, kubeConfig)).rejects.toMatchObject({ code: 401 });
    expect(plugin.runs).toBe(2);
    expect(world.server.journal.length).toBe(2);
  });

  test.each([
    ['what is no JSON', 'token: abc', /did not print an ExecCredential/],
    [
      'another version',
      '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{}}',
      /another version/,
    ],
    ['no status', '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}', /without a status/],
    [
      'a token that is a number',
      '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":5}}',
      /plugin sh answered with what is no text/,
    ],
    [
      'a certificate that is none',
      '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientCertificateData":{},"clientKeyData":1}}',
      /plugin sh answered with what is no text/,
    ],
  ])('%s is refused', async (_, text, message) => {
    plugin.print(text);
    await expect(list(library, kept())).rejects.toThrow(message);
  });

  test('half a certificate, or nothing at all, is refused', async () => {
    const kubeConfig = kept();
    plugin.answer({ clientCertificateData: 'PEM' });
    await expect(list(library, kubeConfig)).rejects.toThrow(/alone; both are needed/);
    plugin.answer({});
    await expect(list(library, kubeConfig)).rejects.toThrow(/neither a token nor a client certificate/);
    plugin.answer({ token: world.token.token });
    expect(await list(library, kubeConfig)).toHaveLength(1);
  });

  test('one that fails: its last words, without a token in them', async () => {
    const script = `echo "refused ${world.token.token}" >&2; exit 3`;
    const error = await list(library, kept({ command: 'sh', args: ['-c', script] })).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/ended with code 3: refused \[redacted\]/);
  });

  test('one that fails: nor an opaque token of 43 characters', async () => {
    const script = `echo "refused sha256~${'aB3-_'.repeat(9).slice(0, 43)}" >&2; exit 3`;
    const error = await list(library, kept({ command: 'sh', args: ['-c', script] })).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/ended with code 3: refused sha256~\[redacted\]/);
  });

  test('one that prints without an end is ended, and what it started', async () => {
    const error = await list(library, kept({ command: 'sh', args: ['-c', 'yes; true'] })).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).toMatch(/plugin sh printed more than 1048576 characters/);
  });

  test('one that is not there: the hint of the kubeconfig', async () => {
    const missing = { command: 'kubefresh-no-such-plugin', installHint: 'Get it from example.com.' };
    await expect(list(library, kept(missing))).rejects.toThrow(
      /could not be started: .*ENOENT.* Get it from example\.com\./,
    );
  });

  test('a token beside it wins, as in the official client', async () => {
    plugin.answer({ token: 'from the plugin' });
    const kubeConfig = new library.KubeConfig();
    keepFresh(kubeConfig);
    kubeConfig.loadFromString(world.kubeconfig({ exec: plugin.config(), token: world.token.token }));
    expect(await keepFresh(kubeConfig).source()).toBeUndefined();
    expect(await list(library, kubeConfig)).toHaveLength(1);
  });
});

test('2.x: a 401 that is given up while a slow plugin runs is sent no second time', async () => {
  const [, { library }] = majors;
  plugin.answer({ token: world.token.token });
  const kubeConfig = keptBy(library);
  await list(library, kubeConfig);
  plugin.answer({ token: (await world.server.mint()).token });
  plugin.takes({ seconds: 1 });
  world.server.revoke(world.token);
  const sent: { dispatcher?: Dispatcher; headers: Record<string, string> } = { headers: {} };
  await kubeConfig.applySecurityAuthentication({
    setHeaderParam: (name: string, value: string) => Object.assign(sent.headers, { [name]: value }),
    setDispatcher: (dispatcher: Dispatcher) => Object.assign(sent, { dispatcher }),
  } as never);
  const source = await keepFresh(kubeConfig).source();
  const rejected = new Promise((resolve) => source?.on('rejected', resolve));
  const renewed = new Promise((resolve) => source?.on('renewed', resolve));
  const abort = new AbortController();
  const response = fetch(`${world.server.origin}/api/v1/pods`, { ...sent, signal: abort.signal });
  await rejected;
  abort.abort();
  await expect(response).rejects.toMatchObject({ name: 'AbortError' });
  await renewed;
  await list(library, kubeConfig);
  expect(world.server.journal.entries.map(({ status }) => status)).toEqual([200, 401, 200]);
});
