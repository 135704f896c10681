import { readFileSync } from 'node:fs';
import {
  createProjectedVolume,
  type KubeletOptions,
  manualClock,
  startApiServer,
  startKubelet,
} from '@kubefresh/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { call } from './support/call.ts';

const MINUTE = 60_000;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: Partial<KubeletOptions> & { timeScale?: number } = {}) {
  // A whole second, as tokens count them.
  const clock = manualClock(Math.ceil(Date.now() / 1000) * 1000);
  const timeScale = options.timeScale ?? 1;
  const server = await startApiServer({ timeScale, ...(timeScale === 1 && { clock }) });
  const volume = createProjectedVolume();
  const kubelet = await startKubelet({ server, volume, auto: timeScale !== 1, random: () => 0, ...options });
  closing.push(
    () => server.close(),
    () => volume[Symbol.dispose](),
    () => kubelet.close(),
  );
  const onDisk = () => readFileSync(volume.tokenFile, 'utf8');
  return { clock, server, volume, kubelet, onDisk };
}

it('begins with a token bound to its pod, the CA and the namespace in the volume', async () => {
  const { server, volume, kubelet, onDisk } = await start({ namespace: 'team', pod: 'p', node: 'n' });
  expect(onDisk()).toBe(kubelet.current?.token);
  expect(readFileSync(volume.caFile, 'utf8')).toBe(server.caBundle);
  expect(readFileSync(volume.namespaceFile, 'utf8')).toBe('team');
  const { claims } = kubelet.rotations[0]?.token ?? {};
  expect(claims?.['kubernetes.io']).toMatchObject({ namespace: 'team', pod: { name: 'p' }, node: { name: 'n' } });
  expect((await call(server, '/api/v1/namespaces/team/pods', { token: onDisk() })).status).toBe(200);
});

describe('the rule', () => {
  it.each([
    // 80 % of 3607 s, whole seconds of the last fifth: 721 s.
    ['3607 s', 3607, 3607 - 721],
    ['600 s', 600, 480],
    ['40 h: after a day', 144_000, 86_400],
  ])('renews a token of %s', async (_name, expirationSeconds, due) => {
    const { clock, kubelet } = await start({ expirationSeconds });
    clock.advance((due - 2) * 1000);
    await kubelet.sync();
    expect(kubelet.rotations).toHaveLength(1);
    clock.advance(3000);
    await kubelet.sync();
    expect(kubelet.rotations).toHaveLength(2);
  });

  it('comes up to 9 s earlier by its jitter', async () => {
    const { clock, kubelet } = await start({ expirationSeconds: 600, random: () => 0.99 });
    clock.advance(472_000);
    await kubelet.sync();
    expect(kubelet.rotations).toHaveLength(2);
  });

  it('looks each minute or so, by itself', async () => {
    const { clock, kubelet } = await start({ expirationSeconds: 600, auto: true });
    const rotated = new Promise((resolve) => kubelet.onRotate(resolve));
    for (let minute = 0; minute < 9; minute += 1) {
      clock.advance(MINUTE);
      // The sync that the minute has begun, and one more that finds nothing to do.
      await kubelet.sync();
    }
    await rotated;
    expect(kubelet.rotations).toHaveLength(2);
    expect((kubelet.rotations[1]?.at ?? 0) - (kubelet.rotations[0]?.at ?? 0)).toBe(9 * MINUTE);
  });

  it('runs on a scale: an hour in a second', async () => {
    const { kubelet, onDisk } = await start({ timeScale: 3600 });
    await expect.poll(() => kubelet.rotations.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    expect(onDisk()).toBe(kubelet.current?.token);
  });
});

describe('what goes wrong', () => {
  it('keeps a token that lives while requests fail, fails once it is dead, heals by itself', async () => {
    const { clock, kubelet, onDisk } = await start({ expirationSeconds: 600 });
    const first = onDisk();
    kubelet.hold();
    clock.advance(500_000);
    await kubelet.sync();
    expect(onDisk()).toBe(first);
    clock.advance(101_000);
    await expect(kubelet.sync()).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_TESTING_REQUEST_REFUSED' });
    expect(onDisk()).toBe(first);
    kubelet.resume();
    await kubelet.sync();
    expect(onDisk()).not.toBe(first);
  });

  it('renews no token of a pod that terminates', async () => {
    const { clock, kubelet } = await start({ expirationSeconds: 600 });
    kubelet.terminate();
    clock.advance(599_000);
    await kubelet.sync();
    expect(kubelet.rotations).toHaveLength(1);
  });

  it('restarts into a volume the container does not see', async () => {
    const { kubelet, onDisk } = await start();
    const first = onDisk();
    await kubelet.restart();
    const second = onDisk();
    expect(second).not.toBe(first);
    await kubelet.restart({ overMount: true });
    expect(kubelet.rotations).toHaveLength(3);
    expect(onDisk()).toBe(second);
  });

  it('says so when its account is refused, and when it is closed', async () => {
    const { server, kubelet } = await start();
    server.objects.delete({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'default' },
    });
    await expect(kubelet.rotate()).rejects.toThrow('serviceaccounts "default" not found');
    await kubelet.close();
    await expect(kubelet.rotate()).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_TESTING_CLOSED' });
  });
});

it('rotates on command, with the CA of now', async () => {
  const { server, volume, kubelet, onDisk } = await start();
  const token = await kubelet.rotate();
  expect(onDisk()).toBe(token.token);
  await server.rotateCA();
  await kubelet.sync();
  expect(readFileSync(volume.caFile, 'utf8')).toBe(server.caBundle);
  expect(onDisk()).toBe(token.token);
});
