import { describe, expect, test } from 'vitest';
import type { TokenSpec } from '../../src/mint/index.ts';
import { setUp } from './support/manager.ts';
import { settled } from './support/token-api.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CART: TokenSpec = { namespace: 'shop', serviceAccount: 'cart' };

describe("the kubelet manager's cases", () => {
  test.each([
    ['an hour token, before its last 12 minutes', 3600, 48 * MINUTE - 12_000, 1],
    ['an hour token, in its last 12 minutes', 3600, 48 * MINUTE + 1, 2],
    ['a 40 hour token, before 24 hours', 40 * 3600, 24 * HOUR - 12_000, 1],
    ['a 40 hour token, after 24 hours', 40 * 3600, 24 * HOUR + 1, 2],
  ])('%s', async (_, expirationSeconds, ms, asked) => {
    const { clock, api, manager } = setUp();
    const first = await manager.token({ ...CART, expirationSeconds });
    await clock.pass(ms);
    const second = await manager.token({ ...CART, expirationSeconds });
    expect(api.asked).toHaveLength(asked);
    expect(second.token.equals(first.token)).toBe(asked === 1);
  });

  test('a failing refresh with a valid old token is no error, and is not repeated at once', async () => {
    const { clock, api, manager } = setUp();
    const { token } = await manager.token(CART);
    api.answer = () => ({ status: 500 });
    await clock.pass(50 * MINUTE);
    for (let index = 0; index < 10; index += 1) expect((await manager.token(CART)).token).toBe(token);
    expect(api.asked).toHaveLength(2);
    await clock.pass(2_000);
    await manager.token(CART);
    expect(api.asked).toHaveLength(3);
  });

  test('a failing refresh with an expired old token is an error', async () => {
    const { clock, api, manager } = setUp();
    await manager.token(CART);
    api.answer = () => ({ status: 500 });
    await clock.pass(61 * MINUTE);
    await expect(manager.token(CART)).rejects.toMatchObject({ reason: 'server-error' });
    api.answer = () => undefined;
    await clock.pass(1_001);
    expect((await manager.token(CART)).notAfter).toBeGreaterThan(clock.now());
  });

  test('a changed uid of the account is a miss, and is asked for with that uid', async () => {
    const { api, manager } = setUp();
    for (const uid of ['u-1', 'u-1', 'u-2', 'u-2']) await manager.token({ ...CART, uid });
    expect(api.asked.map(({ metadata }) => metadata?.uid)).toEqual(['u-1', 'u-2']);
  });

  test('everything in the spec is part of the key, the order of audiences is not', async () => {
    const { api, manager } = setUp();
    const pod = { kind: 'Pod', name: 'web-0', uid: 'p-1' } as const;
    const specs: TokenSpec[] = [
      CART,
      { ...CART, namespace: 'other' },
      { ...CART, serviceAccount: 'other' },
      { ...CART, audiences: ['a', 'b'] },
      { ...CART, audiences: ['a'] },
      { ...CART, expirationSeconds: 7200 },
      { ...CART, boundTo: pod },
      { ...CART, boundTo: { ...pod, uid: 'p-2' } },
    ];
    for (const spec of specs) await manager.token(spec);
    expect(api.asked).toHaveLength(specs.length);
    await manager.token({ ...CART, audiences: ['b', 'a'] });
    await manager.token({ ...CART, expirationSeconds: 3600 });
    expect(api.asked).toHaveLength(specs.length);
  });

  test('clean-up drops what has expired and leaves the rest; then there is no timer left', async () => {
    const { clock, manager } = setUp();
    await manager.token(CART);
    await manager.token({ ...CART, expirationSeconds: 7200 });
    await clock.pass(62 * MINUTE);
    expect(manager.stats()).toMatchObject({ held: 1, expired: 1 });
    await clock.pass(62 * MINUTE);
    expect(manager.stats()).toMatchObject({ held: 0, expired: 2 });
    expect(clock.armed.all).toBe(0);
  });

  test('a forgotten token is asked for again', async () => {
    const { api, manager } = setUp();
    await manager.token(CART);
    expect(manager.forget(CART)).toBe(true);
    expect(manager.forget(CART)).toBe(false);
    await manager.token(CART);
    expect(api.asked).toHaveLength(2);
  });
});

describe('many at once', () => {
  test('a hundred callers of one key: one request; one of them may give up', async () => {
    const { api, manager } = setUp();
    const giveUp = new AbortController();
    const calls = Array.from({ length: 100 }, (_, index) =>
      manager.token(CART, index === 50 ? { signal: giveUp.signal } : {}),
    );
    giveUp.abort(new Error('enough'));
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(99);
    expect(results[50]).toMatchObject({ reason: { message: 'enough' } });
    expect(api.asked).toHaveLength(1);
  });

  test("one key's failure or silence delays no other", async () => {
    const { api, manager } = setUp();
    api.answer = ({ path }) => {
      if (path.includes('/silent/')) return new Promise(() => {});
      return path.includes('/broken/') ? { status: 403 } : undefined;
    };
    const silent = manager.token({ ...CART, namespace: 'silent' });
    await expect(manager.token({ ...CART, namespace: 'broken' })).rejects.toMatchObject({ reason: 'forbidden' });
    for (let index = 0; index < 100; index += 1) await manager.token({ ...CART, serviceAccount: `a-${index}` });
    expect(manager.stats()).toMatchObject({ held: 100, underWay: 1, failed: 1, minted: 100, misses: 102 });
    await manager.close();
    await expect(silent).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
  });

  test('P6: no more than max are held, the least recently used makes way', async () => {
    const { api, manager } = setUp({ max: 10 });
    for (let index = 0; index < 30; index += 1) {
      await manager.token({ ...CART, serviceAccount: `a-${index}` });
      await manager.token({ ...CART, serviceAccount: 'a-0' });
    }
    expect(manager.stats()).toMatchObject({ held: 10, evicted: 20, hits: 30 });
    expect(api.asked).toHaveLength(30);
  });

  test('P6: 10,000 tokens and 1,000 open sources, and one timer, which holds nothing', async () => {
    const { clock, api, manager } = setUp();
    const sources = Array.from({ length: 1_000 }, (_, index) =>
      manager.source({ namespace: 'sources', serviceAccount: `a-${index}` }),
    );
    await Promise.all(sources.map((source) => source.ready()));
    for (let index = 0; index < 9_000; index += 1) await manager.token({ ...CART, serviceAccount: `a-${index}` });
    expect(manager.stats()).toMatchObject({ held: 10_000, sources: 1_000 });
    expect(clock.armed).toEqual({ all: 1, holding: 0 });
    // The sources are renewed without being asked, the plain tokens are not.
    await clock.pass(50 * MINUTE);
    expect(api.asked).toHaveLength(11_000);
    await manager.close();
    expect(clock.armed.all).toBe(0);
  });
});

describe('sources', () => {
  test('of equal specs share one engine, which ends with the last of them', async () => {
    const { clock, api, manager } = setUp();
    const [one, two] = [manager.source(CART), manager.source(CART)];
    expect((await one.ready()).token).toBe((await two.ready()).token);
    await one.close();
    expect(() => one.current()).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_CLOSED' }));
    await clock.pass(50 * MINUTE);
    expect(api.asked).toHaveLength(2);
    expect(two.status().state).toBe('fresh');
    await two.close();
    expect(manager.stats().sources).toBe(0);
    await clock.pass(100 * MINUTE);
    expect(api.asked).toHaveLength(2);
  });

  test('end with the manager, those who wait for them too', async () => {
    const { api, manager } = setUp();
    api.answer = () => new Promise(() => {});
    const source = manager.source(CART);
    const ready = source.ready();
    await settled();
    await manager.close();
    await expect(ready).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
    expect(() => source.current()).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_CLOSED' }));
    await settled();
    expect(api.underWay.now).toBe(0);
  });

  test('their tokens serve token() too', async () => {
    const { api, manager } = setUp();
    const { token } = await manager.source(CART).ready();
    expect((await manager.token(CART)).token).toBe(token);
    expect(api.asked).toHaveLength(1);
  });
});

test.each([0, 1.5, 2_000_000])('bad input: max %d', (max) => {
  expect(() => setUp({ max })).toThrow(expect.objectContaining({ option: 'max' }));
});

test('after close() nothing is asked for', async () => {
  const { manager } = setUp();
  await manager.close();
  await manager.close();
  await expect(manager.token(CART)).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
  expect(() => manager.source(CART)).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_CLOSED' }));
});

test('a spec that its owner fills anew for another account changes no source that is open', async () => {
  const { clock, api, manager } = setUp();
  const audiences = ['vault'];
  const spec = { namespace: 'shop', serviceAccount: 'cart', audiences };
  const source = manager.source(spec);
  await source.ready();
  spec.serviceAccount = 'admin';
  audiences.push('everybody');
  await clock.pass(50 * MINUTE);
  await settled();
  expect(api.asked).toHaveLength(2);
  expect(api.asked[1]).toMatchObject({
    path: '/api/v1/namespaces/shop/serviceaccounts/cart/token',
    spec: { audiences: ['vault'] },
  });
  await source.close();
});
