import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { createDispatcher } from '@kubefresh/core/undici';
import { K8s, kind } from 'kubernetes-fluent-client';
import type { Agent } from 'undici';
import { describe, expect, it, vi } from 'vitest';
import { replaceMethod } from '../src/replace-method.ts';
import { Route } from '../src/route.ts';
import { createStage, type Stage } from './stage.ts';

const require = createRequire(import.meta.url);
/** The copy of undici that the client uses, as a program that shares it with the client would have it. */
const { Agent: SharedAgent } = createRequire(require.resolve('kubernetes-fluent-client/package.json'))('undici') as {
  Agent: typeof Agent;
};
const SIGNED = { 'user-agent': 'kubernetes-fluent-client' };

/** Writes a kubeconfig of this user, and lets the client find it. */
function useKubeconfig(directory: string, server: string, ca: string, user: object): void {
  const path = join(directory, 'kubeconfig');
  const entry = { cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } };
  const config = {
    clusters: [{ name: 'c', ...entry }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(path, JSON.stringify(config));
  vi.stubEnv('KUBECONFIG', path);
}

/** Lists pods by an agent that trusts the server, as somebody beside the client could. */
async function send({ server }: Stage, headers: Record<string, string>): Promise<void> {
  const agent = new SharedAgent({ connect: { ca: server.caBundle } });
  const { body } = await agent.request({ origin: server.origin, path: '/api/v1/pods', method: 'GET', headers });
  await body.dump();
  await agent.close();
}

describe('keepFresh leaves alone', () => {
  it('requests of others on the same copy of undici', async () => {
    await using stage = await createStage();
    await send(stage, { 'user-agent': 'another' });
    expect(stage.server.journal.last).toMatchObject({ credential: 'none', status: 403 });
  });

  it('requests after restore(), even if somebody else has changed the same method since', async () => {
    await using stage = await createStage();
    const ours = SharedAgent.prototype.dispatch;
    SharedAgent.prototype.dispatch = function (options, handler) {
      return ours.call(this, options, handler);
    };
    await send(stage, SIGNED);
    expect(stage.server.journal.last).toMatchObject({ credential: 'bearer' });
    await stage.handle.restore();
    await send(stage, SIGNED);
    expect(stage.server.journal.last).toMatchObject({ credential: 'none' });
    Reflect.deleteProperty(SharedAgent.prototype, 'dispatch');
  });

  it('requests to other servers', async () => {
    await using stage = await createStage();
    await using other = await createStage();
    expect(other.handle).toBe(stage.handle);
    await send(other, SIGNED);
    expect(other.server.journal.last).toMatchObject({ credential: 'none' });
  });

  it("another account's token", async () => {
    await using stage = await createStage();
    const other = await stage.server.mint({ serviceAccount: 'other' });
    useKubeconfig(stage.volume.root, stage.server.origin, stage.server.caBundle, { token: other.token });
    await K8s(kind.Pod).InNamespace('default').Get();
    expect(stage.server.journal.last).toMatchObject({ status: 200, jti: other.jti, authorizations: 1 });
  });

  it('a user with a client certificate, who is nobody by the token, until another is current', async () => {
    await using stage = await createStage();
    const { server, volume } = stage;
    const certificate = Buffer.from(server.caBundle).toString('base64');
    useKubeconfig(volume.root, server.origin, server.caBundle, { 'client-certificate-data': certificate });
    await expect(K8s(kind.Pod).InNamespace('default').Get()).rejects.toMatchObject({ status: 403 });
    // The kit asks for no certificate: whoever has no other credential is anonymous.
    expect(server.journal.last).toMatchObject({ credential: 'none', status: 403 });
    useKubeconfig(volume.root, server.origin, server.caBundle, {});
    await K8s(kind.Pod).InNamespace('default').Get();
    expect(server.journal.last).toMatchObject({ credential: 'bearer', status: 200 });
  });
});

describe('keepFresh puts its token in the place of', () => {
  it('an older one of the same account', async () => {
    await using stage = await createStage();
    const older = stage.handle.source.current().token.reveal();
    useKubeconfig(stage.volume.root, stage.server.origin, stage.server.caBundle, { token: older });
    const jti = await stage.rotate();
    await stage.handle.source.renew();
    await K8s(kind.Pod).InNamespace('default').Get();
    expect(stage.server.journal.last).toMatchObject({ status: 200, jti, authorizations: 1 });
  });

  it('an opaque one that was its own until now', async () => {
    await using stage = await createStage({ opaque: 'sha256~one' });
    const { server, volume, handle } = stage;
    useKubeconfig(volume.root, server.origin, server.caBundle, { token: 'sha256~one' });
    await K8s(kind.Pod).InNamespace('default').Get();
    server.trust('sha256~two');
    server.distrust('sha256~one');
    volume.write({ token: 'sha256~two' });
    await handle.source.renew();
    await K8s(kind.Pod).InNamespace('default').Get();
    expect(server.journal.entries.map(({ status }) => status)).toEqual([200, 200]);
  });
});

it("serves a client that shares core's copy of undici", async () => {
  await using stage = await createStage();
  const core = dirname(dirname(require.resolve('@kubefresh/core')));
  const { Agent: CoreAgent } = createRequire(join(core, 'package.json'))('undici') as { Agent: typeof Agent };
  const { source } = stage.handle;
  const { origin } = stage.server;
  const dispatcher = createDispatcher({ source, origins: [origin] });
  const prototype: Pick<Agent, 'dispatch'> = CoreAgent.prototype;
  const undo = replaceMethod(prototype, 'dispatch', (original) =>
    new Route(source, [origin], () => false).by(dispatcher, original),
  );
  const agent = new CoreAgent();
  const { statusCode, body } = await agent.request({ origin, path: '/api/v1/pods', method: 'GET', headers: SIGNED });
  await body.dump();
  expect(statusCode).toBe(200);
  undo();
  await dispatcher.close();
  await agent.close();
});

it('shows no token in what the client throws', async () => {
  await using stage = await createStage();
  stage.server.faults.refuse();
  const error = await K8s(kind.Pod)
    .InNamespace('default')
    .Get()
    .catch((reason: unknown) => reason);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(stage.handle.source.current().token.reveal());
});
