import { once } from 'node:events';
import { type RequestOptions, request as send } from 'node:https';
import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { keepFresh } from '@kubefresh/client-node';
import { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpProxy, socksProxy } from './support/proxies.ts';
import { type Library, list, majors, POD, World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.create();
});
afterEach(() => world[Symbol.asyncDispose]());

type KubeConfig = InstanceType<Library['KubeConfig']>;

async function exec(library: Library, kubeConfig: KubeConfig): Promise<void> {
  const output = new PassThrough().resume();
  const socket = await new library.Exec(kubeConfig).exec('default', POD, 'main', ['true'], output, null, null, false);
  await once(socket, 'close');
}

describe.each(majors)('client-node $version', ({ library }) => {
  function kept(user: object, cluster: object = {}): KubeConfig {
    const kubeConfig = new library.KubeConfig();
    keepFresh(kubeConfig);
    kubeConfig.loadFromString(world.kubeconfig(user, cluster));
    return kubeConfig;
  }
  const tokenUser = () => ({ tokenFile: world.volume.tokenFile });

  test.each([
    ['HTTP', httpProxy],
    ['SOCKS', socksProxy],
  ])('through an %s proxy, over rotations of token and CA', async (_, start) => {
    await using proxy = await start();
    // By name: with an address, 2.0.1 itself fails behind a SOCKS proxy on Node 26 (it is no server name).
    const server = `https://localhost:${world.server.port}`;
    const kubeConfig = kept(tokenUser(), { server, 'proxy-url': proxy.url });
    await using _handle = keepFresh(kubeConfig);
    for (const run of [list, exec]) {
      await run(library, kubeConfig);
      await world.rotate();
      await run(library, kubeConfig);
      await world.server.rotateCA();
      world.volume.write({ 'ca.crt': world.server.caBundle });
      await Promise.all([run(library, kubeConfig), run(library, kubeConfig)]);
    }
    // None went around it. The server counts no handshake that failed on the CA of before.
    expect(proxy.handshakes).toBeGreaterThan(0);
    expect(world.server.connectionsOpened).toBe(proxy.handshakes);
  });

  test.each([
    ['HTTP', httpProxy],
    ['SOCKS', socksProxy],
  ])('through an %s proxy, with a CA that came after the agent was chosen: it is sent once more', async (_, start) => {
    await using proxy = await start();
    const server = `https://localhost:${world.server.port}`;
    const kubeConfig = kept(tokenUser(), { server, 'proxy-url': proxy.url });
    await using _handle = keepFresh(kubeConfig);
    const options: RequestOptions = {};
    await kubeConfig.applyToHTTPSOptions(options);
    await world.server.rotateCA();
    world.volume.write({ 'ca.crt': world.server.caBundle });
    // Later than the source's last look, so that the request itself takes the credential of then.
    await setTimeout(50);
    const [response] = await once(send(`${server}/api/v1/namespaces/default/pods`, options).end(), 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
  });

  test('insecure-skip-tls-verify: a CA that does not fit is no hindrance, and no missing one', async () => {
    world.volume.write({ 'ca.crt': 'no certificate' });
    const kubeConfig = kept(tokenUser(), { 'certificate-authority': undefined, 'insecure-skip-tls-verify': true });
    await using _handle = keepFresh(kubeConfig);
    await list(library, kubeConfig);
    await exec(library, kubeConfig);
    await world.rotate();
    await list(library, kubeConfig);
    await exec(library, kubeConfig);
  });

  test('tls-server-name: it is what the certificate is checked for', async () => {
    const right = kept(tokenUser(), { 'tls-server-name': 'kubernetes.default.svc' });
    const wrong = kept(tokenUser(), { 'tls-server-name': 'elsewhere.example' });
    await using _right = keepFresh(right);
    await using _wrong = keepFresh(wrong);
    for (const run of [list, exec]) {
      await run(library, right);
      await expect(run(library, wrong)).rejects.toBeDefined();
    }
  });

  test('impersonation: each KubeConfig its own, over shared connections', async () => {
    for (const as of ['alice', 'bob', 'alice']) {
      const kubeConfig = kept({ ...tokenUser(), as });
      for (const run of [list, exec]) {
        await run(library, kubeConfig);
        expect(world.server.journal.last?.headers['impersonate-user']).toBe(as);
      }
    }
    expect(world.server.connectionsOpened).toBeLessThanOrEqual(5);
  });

  test('200 KubeConfigs, one for each request and never closed: a handful of connections', async () => {
    for (let count = 0; count < 200; count += 1) {
      const kubeConfig = new library.KubeConfig();
      keepFresh(kubeConfig);
      kubeConfig.loadFromCluster(world.volume.root);
      await list(library, kubeConfig);
    }
    expect(world.server.connectionsOpened).toBeLessThanOrEqual(2);
  });

  test('one after another: one connection', async () => {
    const kubeConfig = kept(tokenUser());
    for (let count = 0; count < 20; count += 1) await list(library, kubeConfig);
    expect(world.server.connectionsOpened).toBe(1);
  });

  test('20 callers that go on at once: 20 connections, and all of them kept', async () => {
    const kubeConfig = kept(tokenUser());
    const caller = async () => {
      for (let count = 0; count < 5; count += 1) await list(library, kubeConfig);
    };
    await Promise.all(Array.from({ length: 20 }, caller));
    expect(world.server.connectionsOpened).toBeLessThanOrEqual(20);
    expect(world.server.connections).toBe(world.server.connectionsOpened);
  });

  test("a caller's own options of the connection are used, with the token of now", async () => {
    const kubeConfig = kept(tokenUser());
    const options: Record<string, unknown> = { timeout: 1234 };
    await kubeConfig.applyToHTTPSOptions(options);
    expect(Object(options['agent']).options).toMatchObject({ timeout: 1234 });
    expect(Object(options['headers'])['Authorization']).toBe(`Bearer ${world.token.token}`);
  });

  test('two servers: the token goes to its own', async () => {
    await using other = await World.create();
    const kubeConfig = kept(tokenUser());
    const elsewhere = kept(
      { tokenFile: other.volume.tokenFile },
      { server: other.server.origin, 'certificate-authority': other.volume.caFile },
    );
    await Promise.all([list(library, kubeConfig), list(library, elsewhere)]);
    expect(world.server.journal.entries.map(({ jti }) => jti)).toEqual([world.token.jti]);
    expect(other.server.journal.entries.map(({ jti }) => jti)).toEqual([other.token.jti]);
  });
});

test("2.x, where the client would use the global dispatcher: a user's MockAgent there is still asked", async () => {
  const [, { library }] = majors;
  const before = getGlobalDispatcher();
  const mock = new MockAgent();
  mock.disableNetConnect();
  setGlobalDispatcher(mock);
  try {
    const kubeConfig = new library.KubeConfig();
    keepFresh(kubeConfig);
    const cluster = { server: 'https://mocked.example', 'certificate-authority': undefined };
    kubeConfig.loadFromString(world.kubeconfig({ tokenFile: world.volume.tokenFile }, cluster));
    const items = [{ metadata: { name: 'mocked' } }];
    const headers = { authorization: `Bearer ${world.token.token}` };
    mock
      .get('https://mocked.example')
      .intercept({ path: '/api/v1/namespaces/default/pods', headers })
      .reply(200, { kind: 'PodList', apiVersion: 'v1', items }, { headers: { 'content-type': 'application/json' } });
    expect(await list(library, kubeConfig)).toEqual(['mocked']);
  } finally {
    setGlobalDispatcher(before);
    await mock.close();
  }
});
