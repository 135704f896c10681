import { afterEach, describe, expect, test } from 'vitest';
import { tokenRequestSource } from '../../src/mint/index.ts';
import type { TokenRequestSourceOptions } from '../../src/mint/token-request-source.ts';
import type { CredentialSource } from '../../src/source/types.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordEvents } from '../support/record-events.ts';
import { recordWarnings } from '../support/record-warnings.ts';
import { settled, TokenApi } from './support/token-api.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const open: CredentialSource[] = [];

afterEach(async () => {
  for (const source of open.splice(0)) await source.close();
});

function setUp(options: Partial<TokenRequestSourceOptions> = {}) {
  const clock = new ManualClock();
  const api = new TokenApi(clock);
  const start = () => {
    const source = tokenRequestSource({
      origin: 'https://10.0.0.1',
      dispatcher: api.dispatcher,
      namespace: 'shop',
      serviceAccount: 'cart',
      clock,
      ...options,
    });
    open.push(source);
    return source;
  };
  return { clock, api, start };
}

describe('what is asked for', () => {
  test('a POST to the account with audiences, life and bound object', async () => {
    const { api, start } = setUp({
      audiences: ['vault'],
      expirationSeconds: 7200,
      uid: 'u-1',
      boundTo: { kind: 'Pod', name: 'web-0', uid: 'p-1' },
    });
    await start().ready();
    expect(api.asked).toHaveLength(1);
    expect(api.asked[0]).toMatchObject({
      path: '/api/v1/namespaces/shop/serviceaccounts/cart/token',
      metadata: { uid: 'u-1' },
      spec: {
        audiences: ['vault'],
        expirationSeconds: 7200,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web-0', uid: 'p-1' },
      },
    });
  });

  test("the API's defaults, and a path prefix", async () => {
    const { api, start } = setUp({ origin: 'https://rancher.example/k8s/clusters/c-1/' });
    const { namespace, ca, lifetime } = await start().ready();
    expect(api.asked[0]).toMatchObject({
      path: '/k8s/clusters/c-1/api/v1/namespaces/shop/serviceaccounts/cart/token',
      spec: { audiences: [], expirationSeconds: 3600 },
    });
    expect({ namespace, ca, state: lifetime.state }).toEqual({ namespace: 'shop', ca: undefined, state: 'fresh' });
  });
});

describe("the kubelet's rule", () => {
  test('a token of an hour is renewed in its last 12 minutes, up to 10 s earlier', async () => {
    const { clock, api, start } = setUp();
    await start().ready();
    await clock.pass(48 * MINUTE - 11_000);
    expect(api.asked).toHaveLength(1);
    await clock.pass(12_000);
    expect(api.asked).toHaveLength(2);
  });

  test('a token of 40 hours is renewed at 24 hours', async () => {
    const { clock, api, start } = setUp({ expirationSeconds: 40 * 3600 });
    await start().ready();
    await clock.pass(24 * HOUR - 11_000);
    expect(api.asked).toHaveLength(1);
    await clock.pass(12_000);
    expect(api.asked).toHaveLength(2);
  });

  test('T1: an extended token is renewed by status.expirationTimestamp, not by an exp a year later', async () => {
    const { clock, api, start } = setUp({ expirationSeconds: 3607 });
    api.recipe = { life: 31_536_000 };
    const { lifetime } = await start().ready();
    expect(lifetime.deadline - clock.now()).toBeLessThanOrEqual(3_607_000);
    await clock.pass(50 * MINUTE);
    expect(api.asked).toHaveLength(2);
  });

  test('the next token is told as due, and is another', async () => {
    const { clock, start } = setUp();
    const source = start();
    const events = recordEvents(source);
    const first = await source.ready();
    await clock.pass(49 * MINUTE);
    expect(source.current().generation).toBe(2);
    expect(source.current().token.equals(first.token)).toBe(false);
    expect(events.renewed.map(({ reason }) => reason)).toEqual(['start', 'due']);
    expect(events.stale).toEqual([]);
  });
});

describe('when asking fails', () => {
  test('the old token serves while it is valid, and is renewed once the server is back', async () => {
    const { clock, api, start } = setUp();
    const source = start();
    const events = recordEvents(source);
    const { token } = await source.ready();
    api.answer = () => ({ status: 503 });
    await clock.pass(55 * MINUTE);
    expect(source.current().token.equals(token)).toBe(true);
    expect(events.fault.map(({ code }) => code)).toEqual(['ERR_KUBEFRESH_TOKEN_REQUEST']);
    expect({ stale: events.stale.length, state: source.status().state }).toEqual({ stale: 1, state: 'stale' });
    api.answer = () => undefined;
    await clock.pass(MINUTE);
    expect(source.current().token.equals(token)).toBe(false);
    expect(source.status().state).toBe('fresh');
  });

  test('it is repeated after 1 s, doubling to a minute, each half by chance', async () => {
    const { clock, api, start } = setUp();
    const at: number[] = [];
    api.answer = () => {
      at.push(clock.monotonic());
      return { status: 500 };
    };
    start();
    await clock.pass(10 * MINUTE);
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    for (const [index, gap] of gaps.entries()) {
      const nominal = Math.min(1000 * 2 ** index, MINUTE);
      expect(gap).toBeGreaterThanOrEqual(nominal / 2);
      expect(gap).toBeLessThanOrEqual(nominal + 2);
    }
    expect(gaps.length).toBeGreaterThan(10);
  });

  test('Retry-After is waited for, also by a 401 that asks for another token', async () => {
    const { clock, api, start } = setUp();
    const source = start();
    const credential = await source.ready();
    api.answer = () => ({ status: 429, headers: { 'retry-after': '30' } });
    await source.renew();
    const answer = source.rejected(credential, { status: 401, origin: 'https://10.0.0.1', sentAt: 0 });
    await clock.pass(29_000);
    expect(await answer).toBeUndefined();
    expect(api.asked).toHaveLength(2);
    await clock.pass(3_000);
    expect(api.asked).toHaveLength(3);
  });

  test('a failure that lasts until somebody acts is told once, as a fault and as a process warning with the Role', async () => {
    const warnings = recordWarnings();
    const { clock, api, start } = setUp({ serviceAccount: 'warned' });
    api.answer = () => ({ status: 403 });
    const { fault } = recordEvents(start());
    await clock.pass(10 * MINUTE);
    expect(api.asked.length).toBeGreaterThan(5);
    expect(fault).toHaveLength(1);
    const told = await warnings.stop('shop/warned');
    expect(told.map(({ code }) => code)).toEqual(['KUBEFRESH_TOKEN_REQUEST']);
    expect(told[0]?.message).toContain('resourceNames: ["warned"]');
  });

  test('without any token, current() says why, and ready() waits and holds the process', async () => {
    const { clock, api, start } = setUp();
    api.answer = () => ({ status: 404 });
    const source = start();
    await settled();
    expect(clock.armed.holding).toBe(0);
    expect(() => source.current()).toThrow(/no token of shop\/cart yet.*\(404\)/s);
    const ready = source.ready();
    expect(clock.armed.holding).toBe(1);
    api.answer = () => undefined;
    await clock.pass(2_000);
    expect((await ready).generation).toBe(1);
    expect(clock.armed.holding).toBe(0);
  });

  test('a token that is due when it arrives does not make it spin', async () => {
    const { clock, api, start } = setUp();
    api.recipe = { issuedAt: clock.now() - 2 * HOUR, life: 3600 };
    api.answer = () => undefined;
    start();
    await clock.pass(MINUTE);
    expect(api.asked.length).toBeLessThan(10);
  });
});

describe('a 401', () => {
  const evidence = { status: 401, origin: 'https://10.0.0.1', sentAt: 0, auditId: 'a-1' };

  test('asks for another token, once for all, and tells why', async () => {
    const { clock, api, start } = setUp();
    const source = start();
    const events = recordEvents(source);
    const refused = await source.ready();
    await clock.pass(2 * MINUTE);
    const answers = await Promise.all([source.rejected(refused, evidence), source.rejected(refused, evidence)]);
    expect(answers.map((answer) => answer?.generation)).toEqual([2, 2]);
    expect(api.asked).toHaveLength(2);
    expect(events.rejected).toMatchObject([{ reason: 'account-gone', auditId: 'a-1' }]);
  });

  test('a server that refuses everything is not asked more than once a second', async () => {
    const { clock, api, start } = setUp();
    const source = start();
    await source.ready();
    await clock.pass(2 * MINUTE);
    const before = api.asked.length;
    for (let ms = 0; ms < 3000; ms += 50) {
      void source.rejected(source.current(), evidence);
      await clock.pass(50);
    }
    expect(api.asked.length - before).toBeLessThanOrEqual(4);
  });
});

describe('its end', () => {
  test('closing during a request ends the request, the wait and every timer', async () => {
    const { clock, api, start } = setUp();
    api.answer = () => new Promise(() => undefined);
    const source = start();
    const ready = source.ready();
    await settled();
    await source.close();
    await expect(ready).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
    await settled();
    expect(api.underWay.now).toBe(0);
    expect(clock.armed.all).toBe(0);
    expect(source.status().watcher).toBe('closed');
    expect(() => source.current()).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_CLOSED' }));
  });

  test('idle, it has one timer, which does not hold the process', async () => {
    const { clock, start } = setUp();
    await start().ready();
    await clock.pass(100);
    expect(clock.armed).toEqual({ all: 1, holding: 0 });
  });

  test('a hundred callers of renew() share one request, and one of them may give up', async () => {
    const { api, start } = setUp();
    const source = start();
    await source.ready();
    const giveUp = new AbortController();
    const renewals = Array.from({ length: 100 }, (_, index) =>
      source.renew(index === 7 ? { signal: giveUp.signal } : {}),
    );
    giveUp.abort(new Error('enough'));
    const results = await Promise.allSettled(renewals);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(api.asked).toHaveLength(2);
  });
});

test('options that their owner changes later change no source that is open', async () => {
  const clock = new ManualClock();
  const api = new TokenApi(clock);
  const options = { origin: 'https://10.0.0.1', dispatcher: api.dispatcher, namespace: 'shop', clock };
  const mine = { ...options, serviceAccount: 'cart' };
  const source = tokenRequestSource(mine);
  open.push(source);
  await source.ready();
  mine.serviceAccount = 'admin';
  await clock.pass(50 * MINUTE);
  expect(api.asked.map(({ path }) => path)).toEqual(
    Array.from({ length: 2 }, () => '/api/v1/namespaces/shop/serviceaccounts/cart/token'),
  );
});
