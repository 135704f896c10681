import { K8s, kind } from 'kubernetes-fluent-client';
import { describe, expect, it } from 'vitest';
import { createStage } from './stage.ts';

const pod = (name: string) => ({ metadata: { name, namespace: 'default' }, spec: { containers: [] } });
const names = async () => (await K8s(kind.Pod).InNamespace('default').Get()).items.map((item) => item.metadata?.name);

describe('calls of the client', () => {
  it('find the API server and a token at a mount that the client knows nothing of', async () => {
    await using stage = await createStage();
    await K8s(kind.Pod).Create(pod('a'));
    expect(await names()).toEqual(['a']);
    expect(stage.server.journal.entries.map(({ status, authorizations }) => [status, authorizations])).toEqual([
      [201, 1],
      [200, 1],
    ]);
  });

  it('share a connection', async () => {
    await using stage = await createStage();
    for (let call = 0; call < 10; call += 1) await names();
    // Or two: undici frees one a turn after its response has ended, when the next call may be there already.
    expect(stage.server.connectionsOpened).toBeLessThanOrEqual(2);
  });

  it('see no failure while tokens rotate and each old one is refused at once', async () => {
    await using stage = await createStage();
    let done = false;
    const callers = Array.from({ length: 8 }, async () => {
      let calls = 0;
      for (; !done; calls += 1) await names();
      return calls;
    });
    for (let rotation = 0; rotation < 20; rotation += 1) {
      const jti = await stage.rotate();
      const from = stage.server.journal.length;
      // Not faster than requests: a request is sent once more, not twice.
      await stage.server.journal.waitFor((entry) => entry.jti === jti, { from });
      await names();
    }
    done = true;
    expect((await Promise.all(callers)).every((calls) => calls > 0)).toBe(true);
  });

  it('are sent once more after a 401, with their body', async () => {
    await using stage = await createStage();
    using _ = stage.server.faults.refuse({ jti: stage.handle.source.current().token.claims?.jti ?? '' });
    stage.volume.write({ token: await stage.server.mint() });
    const created = await K8s(kind.Pod).Create(pod('b'));
    expect(created.metadata?.name).toBe('b');
    expect((await K8s(kind.Pod).InNamespace('default').Get('b')).metadata?.name).toBe('b');
  });

  it('reject with the second 401', async () => {
    await using stage = await createStage();
    stage.server.faults.refuse();
    const error = await names().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ ok: false, status: 401 });
    expect(stage.server.journal.length).toBeLessThanOrEqual(2);
  });

  it('wait for the first token', async () => {
    await using stage = await createStage({ missing: true });
    const listed = names();
    await stage.rotate();
    expect(await listed).toEqual([]);
  });

  it('read logs with the token of now', async () => {
    await using stage = await createStage();
    await K8s(kind.Pod).Create(pod('a'));
    stage.server.pods.log('a', 'hello');
    stage.server.pods.endLog('a');
    const jti = await stage.rotate();
    expect(await K8s(kind.Pod).InNamespace('default').Logs('a')).toEqual(['[pod/a] hello']);
    expect(stage.server.journal.last).toMatchObject({ jti, status: 200 });
  });

  it('go on when the CA is replaced', async () => {
    await using stage = await createStage();
    await names();
    const ca = await stage.server.rotateCA();
    stage.server.cutConnections();
    stage.volume.write({ 'ca.crt': ca });
    expect(await names()).toEqual([]);
  });
});
