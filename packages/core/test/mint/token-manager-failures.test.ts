import { describe, expect, test } from 'vitest';
import type { TokenSpec } from '../../src/mint/index.ts';
import { AskingSource } from './support/asking-source.ts';
import { setUp } from './support/manager.ts';
import { type Canned, settled, statusBody } from './support/token-api.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const CART: TokenSpec = { namespace: 'shop', serviceAccount: 'cart' };

/** The same for a manager that asks with the token of a source. */
function setUpAsking() {
  const asking = new AskingSource();
  return { ...setUp({ source: asking.source }), askAs: (jti: string) => asking.askAs({ jti }) };
}

const UNAVAILABLE = 'ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE';
const tooMany = (seconds: number): Canned => ({
  status: 429,
  headers: { 'retry-after': String(seconds) },
  json: statusBody(429, 'too many requests, please try again later'),
});

describe('with no token held, after a failure', () => {
  test('Retry-After is kept to: callers are told at once what failed and when it is asked again', async () => {
    const { clock, api, manager } = setUp();
    api.answer = () => tooMany(30);
    const first = await manager.token(CART).catch((error) => error);
    expect(first).toMatchObject({ code: 'ERR_KUBEFRESH_TOKEN_REQUEST', reason: 'too-many-requests' });
    for (let index = 0; index < 100; index += 1) {
      const refused = await manager.token(CART).catch((error) => error);
      expect(refused).toMatchObject({ code: UNAVAILABLE, cause: first });
      expect(refused.retryAfter).toBeGreaterThanOrEqual(30 * SECOND);
    }
    await clock.pass(29 * SECOND);
    await expect(manager.token(CART)).rejects.toThrow(/no token of shop\/cart .*asked for again in [123] s.*too many/);
    expect(api.asked).toHaveLength(1);
    // The back-off's own second comes on top, so that those who were sent away together do not come back together.
    await clock.pass(2 * SECOND);
    api.answer = () => undefined;
    expect((await manager.token(CART)).notAfter).toBeGreaterThan(clock.now());
    expect(api.asked).toHaveLength(2);
  });

  test('a caller in a loop asks after 1 s, doubling to a minute', async () => {
    const { clock, api, manager } = setUp();
    api.answer = () => ({ status: 403 });
    const at: number[] = [];
    for (let ms = 0; ms < 10 * MINUTE; ms += 100) {
      const before = api.asked.length;
      await manager.token(CART).catch(() => {});
      if (api.asked.length > before) at.push(clock.monotonic());
      clock.advance(100);
    }
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    for (const [index, gap] of gaps.entries()) {
      const nominal = Math.min(SECOND * 2 ** index, MINUTE);
      expect(gap).toBeGreaterThanOrEqual(nominal / 2);
      expect(gap).toBeLessThanOrEqual(nominal + 100);
    }
    expect(gaps.length).toBeGreaterThan(10);
  });

  test('a success ends it: the next failure is a first one', async () => {
    const { clock, api, manager } = setUp();
    api.answer = () => ({ status: 500 });
    for (let index = 0; index < 5; index += 1) {
      await manager.token(CART).catch(() => {});
      await clock.pass(MINUTE);
    }
    api.answer = () => undefined;
    await manager.token(CART);
    manager.forget(CART);
    api.answer = () => ({ status: 500 });
    await expect(manager.token(CART)).rejects.toMatchObject({ reason: 'server-error' });
    await clock.pass(1_001);
    await expect(manager.token(CART)).rejects.toMatchObject({ reason: 'server-error' });
  });

  test('other keys are asked for as ever', async () => {
    const { api, manager } = setUp();
    api.answer = ({ path }) => (path.includes('/broken/') ? tooMany(30) : undefined);
    for (let index = 0; index < 3; index += 1) await manager.token({ ...CART, namespace: 'broken' }).catch(() => {});
    await manager.token(CART);
    expect(api.asked).toHaveLength(2);
  });

  test('a source of the same key waits as well, and tells the reason', async () => {
    const { clock, api, manager } = setUp();
    api.answer = () => tooMany(30);
    await manager.token(CART).catch(() => {});
    for (let index = 0; index < 10; index += 1) {
      const source = manager.source(CART);
      await settled();
      expect(() => source.current()).toThrow(/too many requests/);
      await source.close();
    }
    expect(api.asked).toHaveLength(1);
    const source = manager.source(CART);
    const ready = source.ready();
    api.answer = () => undefined;
    await clock.pass(32 * SECOND);
    expect((await ready).generation).toBe(1);
    expect(api.asked).toHaveLength(2);
  });

  test('a source that fails makes token() wait, too', async () => {
    const { api, manager } = setUp();
    api.answer = () => tooMany(30);
    const source = manager.source(CART);
    await settled();
    await expect(manager.token(CART)).rejects.toMatchObject({ code: UNAVAILABLE, cause: { status: 429 } });
    expect(api.asked).toHaveLength(1);
    await source.close();
  });

  test('another token to ask with is tried at once, but not before a Retry-After is over', async () => {
    const { clock, api, manager, askAs } = setUpAsking();
    askAs('first');
    api.answer = () => ({ status: 401 });
    await manager.token(CART).catch(() => {});
    askAs('second');
    api.answer = () => tooMany(30);
    await expect(manager.token(CART)).rejects.toMatchObject({ status: 429 });
    askAs('third');
    await expect(manager.token(CART)).rejects.toMatchObject({ code: UNAVAILABLE, cause: { status: 429 } });
    expect(api.asked).toHaveLength(2);
    api.answer = () => undefined;
    await clock.pass(30 * SECOND);
    await manager.token(CART);
    expect(api.asked).toHaveLength(3);
  });

  test('what could not be sent for want of a token to ask with is sent as soon as there is one', async () => {
    const { api, manager, askAs } = setUpAsking();
    await expect(manager.token(CART)).rejects.toMatchObject({ code: UNAVAILABLE, retryAfter: undefined });
    askAs('first');
    await manager.token(CART);
    expect(api.asked).toHaveLength(1);
  });

  test('failures are bounded in number, and forgotten once nobody asks any more', async () => {
    const { clock, api, manager } = setUp({ max: 50 });
    api.answer = () => tooMany(30);
    for (let index = 0; index < 100; index += 1) {
      await manager.token({ ...CART, serviceAccount: `a-${index}` }).catch(() => {});
    }
    expect(manager.stats()).toMatchObject({ postponed: 50, failed: 100 });
    await clock.pass(10 * MINUTE);
    expect(manager.stats().postponed).toBe(0);
    expect(clock.armed.all).toBe(0);
  });
});
