import { describe, expect, test } from 'vitest';
import type { TokenSpec } from '../../src/mint/index.ts';
import { loadUndici } from '../../src/undici/load.ts';
import { setUp } from './support/manager.ts';
import { settled } from './support/token-api.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const CART: TokenSpec = { namespace: 'shop', serviceAccount: 'cart' };

describe('answers that are none', () => {
  const past = '2020-01-01T00:00:00Z';
  test.each([
    ['no status', { status: 201, json: { kind: 'TokenRequest' } }],
    ['no JSON', { status: 200, json: '<html>' }],
    ['null', { status: 201, json: null }],
    ['an empty token', { status: 201, json: { status: { token: '', expirationTimestamp: past } } }],
    ['a token that is none', { status: 201, json: { status: { token: 'a.b.c', expirationTimestamp: past } } }],
    ['a token of two lines', { status: 201, json: { status: { token: 'a\r\nHost: x', expirationTimestamp: past } } }],
    ['a token of 100 kB', { status: 201, json: { status: { token: 'x'.repeat(1e5), expirationTimestamp: past } } }],
    ['2 MB', { status: 201, json: 'x'.repeat(2e6) }],
    ['no moment', { status: 201, json: { status: { token: 'x', expirationTimestamp: 'soon' } } }],
    ['a number for a moment', { status: 201, json: { status: { token: 'x', expirationTimestamp: 1 } } }],
  ] as const)('%s', async (_, canned) => {
    const { api, manager } = setUp();
    api.answer = () => canned;
    const error = await manager.token(CART).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'ERR_KUBEFRESH_TOKEN_REQUEST', reason: 'unexpected' });
    expect(error.message).toContain('shop/cart');
    expect(error.message).toContain('https://10.0.0.1');
    expect(error.message.length).toBeLessThan(1_000);
    expect(manager.stats().held).toBe(0);
  });
});

describe('clocks', () => {
  test('a token that has ended by the time it comes is given, and not asked for again with each call', async () => {
    const { clock, api, manager } = setUp();
    api.recipe = { issuedAt: clock.now() - 2 * 60 * MINUTE, life: 3600 };
    api.expiresAt = clock.now() - 60 * MINUTE;
    const { token } = await manager.token(CART);
    for (let index = 0; index < 50; index += 1) expect((await manager.token(CART)).token).toBe(token);
    expect(api.asked).toHaveLength(1);
    for (let second = 0; second < 120; second += 1) {
      await clock.pass(SECOND);
      await manager.token(CART);
    }
    expect(api.asked.length).toBeLessThan(12);
  });

  test.each([-10, 10])('a server whose clock is %i minutes off: its own time counts', async (minutes) => {
    const { clock, api, manager } = setUp();
    api.skew = minutes * MINUTE;
    const { token } = await manager.token(CART);
    await clock.pass(47 * MINUTE);
    expect((await manager.token(CART)).token).toBe(token);
    await clock.pass(2 * MINUTE);
    expect((await manager.token(CART)).token).not.toBe(token);
    expect(api.asked).toHaveLength(2);
  });

  test('our own clock jumps: nothing is asked for early, nothing late', async () => {
    const { clock, api, manager } = setUp();
    const { token } = await manager.token(CART);
    clock.jump(10 * 60 * MINUTE);
    expect((await manager.token(CART)).token).toBe(token);
    clock.jump(-20 * 60 * MINUTE);
    await clock.pass(49 * MINUTE);
    expect((await manager.token(CART)).token).not.toBe(token);
    expect(api.asked).toHaveLength(2);
  });
});

describe('ten thousand keys', () => {
  const spec = (index: number): TokenSpec => ({ ...CART, serviceAccount: `a-${index}` });

  test('of which a hundred fail: the others come, and stay', async () => {
    const { api, manager } = setUp();
    const isBroken = (index: number) => index % 100 === 0;
    api.answer = ({ path }) => (/\/a-\d*00\/|\/a-0\//.test(path) ? { status: 500 } : undefined);
    for (const round of [1, 2]) {
      const results = await Promise.allSettled(
        Array.from({ length: 10_000 }, (_, index) => manager.token(spec(index))),
      );
      expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(100);
      expect(results.every(({ status }, index) => (status === 'rejected') === isBroken(index))).toBe(true);
      expect({ round, asked: api.asked.length }).toEqual({ round, asked: 10_000 });
    }
    expect(manager.stats()).toMatchObject({ held: 9_900, failed: 100, postponed: 100, underWay: 0 });
  });

  test('with room for a hundred: each call gets its own token, and no more are held', async () => {
    const { manager } = setUp({ max: 100 });
    const tokens = await Promise.all(Array.from({ length: 1_000 }, (_, index) => manager.token(spec(index % 500))));
    for (const [index, { token }] of tokens.entries()) {
      expect(token.claims?.serviceAccount?.name).toBe(`a-${index % 500}`);
    }
    // Those that were under way together shared; none is asked for twice at a time.
    expect(manager.stats()).toMatchObject({ held: 100, minted: 500, evicted: 400, underWay: 0 });
  });
});

test('a signal that has been aborted already: its reason, even for a token that is held', async () => {
  const { api, manager } = setUp();
  const signal = AbortSignal.abort(new Error('too late'));
  await expect(manager.token(CART, { signal })).rejects.toThrow('too late');
  expect(api.asked).toHaveLength(0);
  await manager.token(CART);
  await expect(manager.token(CART, { signal })).rejects.toThrow('too late');
});

test('closing ends every wait, also where the dispatcher never comes back', async () => {
  const { Dispatcher: Base } = loadUndici();
  class Silent extends Base {
    override dispatch(): boolean {
      return true;
    }
  }
  const { manager } = setUp({ dispatcher: new Silent() });
  const calls = [manager.token(CART), manager.token(CART), manager.token({ ...CART, uid: 'u-1' })];
  const source = manager.source(CART);
  const ready = source.ready();
  await manager.close();
  for (const call of [...calls, ready]) await expect(call).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
});

test('the last caller gives up: the request goes on, and its token serves the next', async () => {
  const { api, manager } = setUp();
  const giveUp = new AbortController();
  const call = manager.token(CART, { signal: giveUp.signal });
  giveUp.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await settled();
  await manager.token(CART);
  expect(api.asked).toHaveLength(1);
});

test.each([
  [{ namespace: 'shop/serviceaccounts/admin' }, 'namespace'],
  [{ namespace: '..' }, 'namespace'],
  [{ namespace: 'shop%2Fx' }, 'namespace'],
  [{ serviceAccount: 'cart/token?x=' }, 'serviceAccount'],
  [{ serviceAccount: 'cart\n' }, 'serviceAccount'],
  [{ serviceAccount: '' }, 'serviceAccount'],
  [{ serviceAccount: null as never }, 'serviceAccount'],
  [{ audiences: 'vault' as never }, 'audiences'],
  [{ audiences: [1] as never }, 'audiences'],
  [{ boundTo: null as never }, 'boundTo'],
  [{ boundTo: 'pod' as never }, 'boundTo'],
  [{ boundTo: { kind: 'Pod', name: '../x', uid: 'u' } as const }, 'boundTo'],
  [{ uid: null as never }, 'uid'],
  [{ expirationSeconds: Number.NaN }, 'expirationSeconds'],
  [{ expirationSeconds: '3600' as never }, 'expirationSeconds'],
] as const)('bad input: %o', async (part, option) => {
  const { api, manager } = setUp();
  const bad = { ...CART, ...part };
  await expect(manager.token(bad)).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_INVALID_OPTION', option });
  expect(() => manager.source(bad)).toThrow(expect.objectContaining({ option }));
  expect(() => manager.forget(bad)).toThrow(expect.objectContaining({ option }));
  expect(api.asked).toHaveLength(0);
});
