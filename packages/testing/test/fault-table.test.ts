import { existsSync, readFileSync, statSync } from 'node:fs';
import { faultTable, playFault, startCluster, type TestCluster } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, callHttp2, connect } from './support/call.ts';

const PODS = '/api/v1/namespaces/default/pods';
let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({ kubelet: { auto: false } });
});
afterEach(() => cluster.close());

const onDisk = () => readFileSync(cluster.volume.tokenFile, 'utf8');
/** A client that reads its files for every request, and its status. */
async function ask(path = PODS, method = 'GET') {
  const ca = readFileSync(cluster.volume.caFile, 'utf8');
  return (await call(cluster.server, path, { token: onDisk(), ca, method })).status;
}
const play = (name: string, variant?: string) => playFault(cluster, name, variant === undefined ? {} : { variant });

it('lists every fault once, by id and by name', () => {
  const marks = faultTable.flatMap(({ id, name }) => [id, name]);
  expect(new Set(marks).size).toBe(marks.length);
  const rows = (from: string, numbers: number[]) => numbers.map((number) => `${from}${number}`);
  // What needs a cluster of another kind (F12, F13: a layout of the volume; F14: the machine) or a client (S13, S15) is not here.
  expect(faultTable.map(({ id }) => id)).toEqual([
    ...rows('F', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16]),
    ...rows('T', [0, 1, 2, 3, 4, 5, 6, 7]),
    ...rows('S', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 17, 18, 19]),
    ...rows('C', [1, 2, 3]),
  ]);
});

it('names what it knows when asked for what it does not', () => {
  expect(() => play('S99')).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_TESTING_UNKNOWN_FAULT' }));
  expect(() => play('S99')).toThrow(/no fault "S99". Known: F1 rotation-storm, /);
  expect(() => play('F5', 'rusty')).toThrow(/F5 emptied-token has no variant "rusty". Known: empty, blank, newlines/);
});

it('heals what it did although its course failed', async () => {
  cluster.server.objects.delete({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
  const played = play('F1');
  await expect(played.stop()).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_TESTING_REQUEST_REFUSED' });
  expect(cluster.server.faults.active).toEqual([]);
});

it.each(
  faultTable.flatMap(({ id, variants }) => (variants.length > 0 ? variants.map((each) => [id, each]) : [[id, '']])),
)('%s %s can be played and stopped, and leaves a cluster that works', async (id, variant) => {
  const old = onDisk();
  const played = playFault(cluster, id ?? '', variant ? { variant } : {});
  expect(cluster.server.faults.active.map(({ name }) => name)).toContain(`${id} ${played.fault.name}`);
  // The long ones are cut short here; what they do in full is below.
  await played.stop();
  expect(cluster.server.faults.active).toEqual([]);
  if (id === 'F16') expect(onDisk()).toBe(old);
  expect(await ask()).toBe(200);
});

describe('files', () => {
  it('F1 rotates on and on, each old token refused', async () => {
    const played = play('F1');
    await expect.poll(() => cluster.kubelet.rotations.length, { timeout: 10_000 }).toBeGreaterThan(5);
    await played.stop();
    const [first] = cluster.kubelet.rotations;
    expect((await call(cluster.server, PODS, { token: first?.token.token ?? '' })).status).toBe(401);
    expect(await ask()).toBe(200);
  });

  it('F3, F4 take directory or token away', async () => {
    const gone = play('F4');
    expect(existsSync(cluster.volume.directory)).toBe(false);
    await gone.stop();
    const token = play('late-volume', 'token');
    expect(existsSync(cluster.volume.tokenFile)).toBe(false);
    expect(existsSync(cluster.volume.caFile)).toBe(true);
    await token.stop();
  });

  it.each([
    ['F5', 'blank', /^ +$/],
    ['F6', 'crlf', /^ey[\w.-]+\r\n$/],
    ['F6', 'bom', /^\uFEFFey/],
    ['F7', 'two-lines', /^(ey.+\n)\1$/],
  ])('%s %s writes what its name says', async (id, variant, text) => {
    const played = play(id, variant);
    await played.done;
    expect(onDisk()).toMatch(text);
    await played.stop();
  });

  it('F8 writes half, then the whole', async () => {
    const played = play('F8');
    await expect.poll(() => onDisk().split('.').length).toBeLessThan(3);
    await played.done;
    expect(await ask()).toBe(200);
    await played.stop();
  });

  it('F9 fifo, F11, F15 do so too', async () => {
    const fifo = play('F9', 'fifo');
    expect(statSync(cluster.volume.tokenFile).isFIFO()).toBe(true);
    await fifo.stop();
    const unreadable = play('F11');
    expect(statSync(cluster.volume.tokenFile).mode & 0o777).toBe(0);
    await unreadable.stop();
    const ca = play('F15', 'namespace-missing');
    expect(existsSync(cluster.volume.namespaceFile)).toBe(false);
    await ca.stop();
    expect(readFileSync(cluster.volume.namespaceFile, 'utf8')).toBe('default');
  });

  it('F10 brings an older token', async () => {
    const iat = () => JSON.parse(Buffer.from(onDisk().split('.')[1] ?? '', 'base64url').toString()).iat;
    const before = iat();
    await play('F10').done;
    expect(iat()).toBeLessThan(before);
    expect(await ask()).toBe(200);
  });
});

describe('tokens', () => {
  it.each([
    ['T0', 200, undefined],
    ['T1', 200, undefined],
    ['T2', 200, undefined],
    ['T3', 401, 'service account token is not valid yet'],
    ['T4', 401, 'service account token has expired'],
    ['T5', 401, 'token audiences ["vault"] is invalid for the target audiences'],
    ['T7', 401, 'service account UID'],
  ])('%s is answered with %d', async (id, status, reason) => {
    const played = play(id);
    await played.done;
    expect(await ask()).toBe(status);
    expect(cluster.server.journal.last?.reason ?? '').toContain(reason ?? '');
    expect(cluster.server.journal.last?.faultsOn.join()).toContain(id);
    await played.stop();
    expect(await ask()).toBe(200);
  });
});

describe('server', () => {
  it('S1 refuses the old token, S2 the new one for a while', async () => {
    const old = onDisk();
    await play('S1').done;
    expect((await call(cluster.server, PODS, { token: old })).status).toBe(401);
    expect(await ask()).toBe(200);
    const before = onDisk();
    const lag = play('S2');
    await expect.poll(() => onDisk()).not.toBe(before);
    expect(await ask()).toBe(401);
    expect((await call(cluster.server, PODS, { token: before })).status).toBe(200);
    await lag.done;
    expect(await ask()).toBe(200);
  });

  it.each([
    ['S4', PODS, 'POST'],
    ['S6', `${PODS}?watch=1&timeoutSeconds=1`, 'GET'],
    ['S7', `${PODS}/pod/exec`, 'GET'],
  ])('%s refuses one such request and no other', async (id, path, method) => {
    play(id);
    expect(await ask()).toBe(200);
    expect(await ask(path, method)).toBe(401);
    expect(await ask(path, method)).not.toBe(401);
  });

  it('S8 refuses one over HTTP/2', async () => {
    play('S8');
    const session = connect(cluster.server);
    expect((await callHttp2(session, PODS, { token: onDisk() })).status).toBe(401);
    session.close();
  });

  it('S9 leads to an origin that is another one, in every variant', async () => {
    for (const variant of faultTable.find(({ id }) => id === 'S9')?.variants ?? []) {
      const played = play('S9', variant);
      const { headers } = await call(cluster.server, PODS, { token: onDisk() });
      expect(new URL(headers['location'] ?? '').origin).not.toBe(cluster.server.origin);
      await played.stop();
    }
  });

  it('S10, S11, S14, S16 answer as they say', async () => {
    const stripped = play('S10');
    expect(await ask()).toBe(403);
    await stripped.stop();
    const skewed = play('S11', 'behind');
    const { headers } = await call(cluster.server, '/healthz');
    expect(Date.parse(headers['date'] ?? '')).toBeLessThan(Date.now() - 500_000);
    await skewed.stop();
    const backend = play('S14');
    expect(await ask(`${PODS}/pod/proxy/x`)).toBe(401);
    expect(await ask()).toBe(200);
    await backend.stop();
    const busy = play('S16');
    expect(await ask()).toBe(429);
    await busy.stop();
  });
});

describe('certificates', () => {
  it('C1 never shows a certificate that the file does not cover', async () => {
    const played = play('C1');
    const before = cluster.server.caBundle;
    let done = false;
    void played.done.then(() => {
      done = true;
    });
    while (!done) {
      // A request that was under way when the connections were cut is none that met a wrong certificate.
      const outcome = await ask('/healthz').catch((error) => error.code);
      expect([200, 'ECONNRESET']).toContain(outcome);
    }
    expect(readFileSync(cluster.volume.caFile, 'utf8')).not.toContain(before);
    await played.stop();
  });

  it.each(['server-first', 'file-first'])('C2 %s fails for a second, then heals', async (variant) => {
    const played = play('C2', variant);
    await expect.poll(() => ask('/healthz').catch((error) => error.code)).not.toBe(200);
    await played.done;
    expect(await ask('/healthz')).toBe(200);
    await played.stop();
  });
});
