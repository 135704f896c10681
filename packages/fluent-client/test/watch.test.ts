import { once } from 'node:events';
import { K8s, kind, WatchEvent } from 'kubernetes-fluent-client';
import { describe, expect, it } from 'vitest';
import { createStage, type Stage } from './stage.ts';

/** What the client tells when a phase of a watch was refused. */
const FAILURES = [WatchEvent.LIST_ERROR, WatchEvent.WATCH_ERROR, WatchEvent.NETWORK_ERROR, WatchEvent.DATA_ERROR];

function podWatch(stage: Stage) {
  const seen: string[] = [];
  const failures: unknown[] = [];
  const watch = K8s(kind.Pod)
    .InNamespace('default')
    .Watch(({ metadata }) => void seen.push(metadata?.name ?? ''), { resyncDelaySec: 1 });
  for (const event of FAILURES) watch.events.on(event, (error) => failures.push(error));
  const create = (name: string) =>
    stage.server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } });
  return { watch, seen, failures, create, [Symbol.dispose]: () => watch.close() };
}

/** Refuses the token that the client holds, of which the volume has the successor already. */
async function refuseHeld(stage: Stage, watch: boolean) {
  const jti = stage.handle.source.current().token.claims?.jti ?? '';
  const fault = stage.server.faults.refuse({ jti, watch });
  stage.volume.write({ token: await stage.server.mint() });
  return fault;
}

describe('a watch of the client', () => {
  it.each([
    ['list', false],
    ['watch', true],
  ])('opens at the first try although its %s was refused', async (_, phase) => {
    await using stage = await createStage();
    using pods = podWatch(stage);
    using fault = await refuseHeld(stage, phase);
    await pods.watch.start();
    const data = once(pods.watch.events, WatchEvent.DATA);
    pods.create('a');
    await data;
    expect(pods.seen).toEqual(['a']);
    expect(pods.failures).toEqual([]);
    expect(fault.hits).toBeLessThanOrEqual(1);
  });

  it('opens again with the token of then, and is left alone until then', async () => {
    await using stage = await createStage();
    using pods = podWatch(stage);
    await pods.watch.start();
    const jti = await stage.rotate();
    const data = once(pods.watch.events, WatchEvent.DATA);
    pods.create('a');
    await data;
    const from = stage.server.journal.length;
    stage.server.cutConnections();
    const reopened = await stage.server.journal.waitFor((entry) => entry.query.has('watch'), { from });
    expect(reopened).toMatchObject({ status: 200, jti });
  });
});
