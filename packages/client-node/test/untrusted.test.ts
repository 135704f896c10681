import { X509Certificate } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import { type FreshHandle, keepFresh } from '@kubefresh/client-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestPlugin } from './support/plugin.ts';
import { type Library, list, majors, POD, World } from './support/world.ts';

/** A server that another CA has signed than the one that is known: the error says which that is. */
let world: World;
let plugin: TestPlugin;
let handles: FreshHandle[];
let fingerprint: string;
beforeEach(async () => {
  world = await World.create();
  plugin = new TestPlugin();
  plugin.answer({ token: world.token.token });
  handles = [];
  fingerprint = new X509Certificate(world.server.caBundle).fingerprint256;
});
afterEach(async () => {
  await Promise.all(handles.map((handle) => handle.close()));
  plugin[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

type KubeConfig = InstanceType<Library['KubeConfig']>;

const users = {
  'a token file': () => ({ tokenFile: world.volume.tokenFile }),
  plugin: () => ({ exec: plugin.config() }),
};

describe.each(majors)('client-node $version', ({ library, version }) => {
  const kept = (user: object, cluster: object = {}) => {
    const kubeConfig = new library.KubeConfig();
    handles.push(keepFresh(kubeConfig));
    kubeConfig.loadFromString(world.kubeconfig(user, cluster));
    return kubeConfig;
  };
  const exec = async (kubeConfig: KubeConfig) => {
    const output = new PassThrough().resume();
    await new library.Exec(kubeConfig).exec('default', POD, 'main', ['true'], output, null, null, false);
  };
  /** What is told of two requests in a row: of one on a connection that was kept, of one that needs another. */
  const complaints = async (send: () => Promise<unknown>) => {
    const reasons: unknown[] = [];
    for (let count = 0; count < 2; count += 1) await send().catch((reason: unknown) => reasons.push(reason));
    return reasons;
  };
  const serveWithAnotherCA = async () => {
    await world.server.rotateCA();
    world.server.cutConnections();
  };

  test.each(Object.entries(users))('%s: a call, by file and fingerprint', async (_, user) => {
    const kubeConfig = kept(user());
    await list(library, kubeConfig);
    await serveWithAnotherCA();
    const reason = (await complaints(() => list(library, kubeConfig))).at(-1);
    // 1.x keeps node-fetch's error, with code and message; fetch of 2.x has ours as its cause.
    const told = version.startsWith('1.') ? reason : Object(reason).cause;
    expect(told).toMatchObject({ code: 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED' });
    expect(told.name).toBe(version.startsWith('1.') ? 'FetchError' : 'CertificateUntrustedError');
    for (const word of [world.volume.caFile, fingerprint, 'kube-root-ca.crt']) expect(told.message).toContain(word);
    expect(inspect(reason, { depth: 9 })).not.toContain(world.token.token);
  });

  test.each(Object.entries(users))('%s: a WebSocket, by file and fingerprint', async (_, user) => {
    const kubeConfig = kept(user());
    await exec(kubeConfig);
    await serveWithAnotherCA();
    const { message, error } = Object((await complaints(() => exec(kubeConfig))).at(-1));
    expect(error).toMatchObject({ code: 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED' });
    for (const word of [world.volume.caFile, fingerprint]) expect(message).toContain(word);
  });

  test.each(Object.entries(users))('%s, the CA in the kubeconfig itself: by fingerprint', async (_, user) => {
    const ca = Buffer.from(world.server.caBundle).toString('base64');
    const kubeConfig = kept(user(), { 'certificate-authority': undefined, 'certificate-authority-data': ca });
    await list(library, kubeConfig);
    await serveWithAnotherCA();
    const reason = (await complaints(() => list(library, kubeConfig))).at(-1);
    expect(String(Object(Object(reason).cause ?? reason).message)).toContain(`signed by the CA, sha256 ${fingerprint}`);
  });
});
