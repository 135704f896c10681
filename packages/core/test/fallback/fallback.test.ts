import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { type CredentialSource, fallbackSource, type TokenRejectedError, volumeSource } from '../../src/index.ts';
import { tokenRequestSource } from '../../src/mint/index.ts';
import { statusBody, TokenApi } from '../mint/support/token-api.ts';
import { CA_ONE, CA_TWO } from '../support/certificates.ts';
import { makeToken } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordEvents } from '../support/record-events.ts';
import { untilWatching } from '../support/until-watching.ts';

const MINUTE = 60_000;
/** The volume is polled this often, ms: a file event may come sooner, or, on a clock that stands still, not at all. */
const POLL = 10_000;
const ORIGIN = 'https://10.0.0.1';
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A volume (with a token of an hour from now), and a fallback on it whose secondary asks for tokens as `self`. */
function setUp({ missing = false, permitted = true } = {}) {
  const clock = new ManualClock();
  const api = new TokenApi(clock);
  if (!permitted)
    api.answer = () => ({ status: 403, json: statusBody(403, 'cannot create resource "serviceaccounts/token"') });
  const token = (jti: string) => makeToken({ issuedAt: clock.now(), life: 3600, jti });
  const files = { token: token('volume-1'), 'ca.crt': CA_ONE, namespace: 'default' };
  const volume: ProjectedVolume = createProjectedVolume(missing ? {} : { files });
  const primary = volumeSource({ directory: volume.directory, clock });
  const source = fallbackSource(primary, (self) =>
    tokenRequestSource({ origin: ORIGIN, source: self, dispatcher: api.dispatcher, boundTo: 'self', clock }),
  );
  closing.push(
    () => volume[Symbol.dispose](),
    () => primary.close(),
    () => source.close(),
  );
  return { clock, api, token, volume, primary, source, files, events: recordEvents(source) };
}

const jtiOf = (source: CredentialSource) => source.current().token.claims?.jti;
const bearerOf = (source: CredentialSource) => `Bearer ${source.current().token.reveal()}`;

describe('while the primary is renewed', () => {
  test('its credential is handed out, the same object each time, and nothing is asked for', async () => {
    const { clock, api, source, primary } = setUp();
    expect(source.current().token).toBe(primary.current().token);
    expect(source.current()).toBe(source.current());
    await clock.pass(30 * MINUTE);
    expect(api.asked).toEqual([]);
    await untilWatching(source);
    expect(source.status()).toMatchObject({ state: 'fresh', generation: 1, watcher: 'watching' });
  });

  test('a rotation and a change of CA are told as its own', async () => {
    const { clock, volume, token, source, events } = setUp();
    volume.write({ token: token('volume-2') });
    await clock.pass(POLL);
    volume.write({ 'ca.crt': CA_TWO });
    await clock.pass(POLL);
    expect(events.renewed.map(({ credential }) => credential.generation)).toEqual([2, 3]);
    // The file too, for the error of a server that it does not verify.
    expect(source.current()).toMatchObject({ ca: CA_TWO, caFile: volume.caFile });
  });
});

describe('F12, F16: when the primary is not renewed', () => {
  test('hands over while the old token still works, with CA and namespace of the primary', async () => {
    const { clock, api, source, events } = setUp();
    const ask = bearerOf(source);
    await clock.pass(51 * MINUTE);
    expect(api.asked.map(({ authorization }) => authorization)).toEqual([ask]);
    expect(api.asked[0]).toMatchObject({
      path: '/api/v1/namespaces/default/serviceaccounts/app/token',
      spec: { boundObjectRef: { kind: 'Pod', name: 'app-0', uid: '22222222-0000-0000-0000-000000000000' } },
    });
    expect(source.current()).toMatchObject({ ca: CA_ONE, namespace: 'default', generation: 2 });
    expect(jtiOf(source)).not.toBe('volume-1');
    expect(events.stale).toHaveLength(1);
    expect(source.status().state).toBe('fresh');
  });

  test('goes on over two minted lives with the primary expired, each token asked for with the one before', async () => {
    const { clock, api, source, primary } = setUp();
    const served: string[] = [bearerOf(source)];
    source.on('renewed', () => served.push(bearerOf(source)));
    await clock.pass(51 * MINUTE);
    await clock.pass(120 * MINUTE);
    expect(primary.status().state).toBe('expired');
    expect(source.status().state).toBe('fresh');
    expect(api.asked.length).toBeGreaterThanOrEqual(3);
    // The first by the volume's token, each further one by the one that was minted before it.
    expect(api.asked.map(({ authorization }) => authorization)).toEqual(served.slice(0, api.asked.length));
    expect(source.current().lifetime.expiresAt).toBeGreaterThan(clock.now());
  });

  test('hands back when the volume is renewed, and asks for nothing more', async () => {
    const { clock, api, source, volume, token } = setUp();
    await clock.pass(80 * MINUTE);
    expect(jtiOf(source)).not.toBe('volume-1');
    volume.write({ token: token('volume-2') });
    await clock.pass(POLL);
    expect(jtiOf(source)).toBe('volume-2');
    const { length } = api.asked;
    await clock.pass(40 * MINUTE);
    expect(api.asked).toHaveLength(length);
    expect(source.status().state).toBe('fresh');
  });

  test('without the permission it says so once and goes on with what there is', async () => {
    const { clock, source, events } = setUp({ permitted: false });
    await clock.pass(70 * MINUTE);
    expect(jtiOf(source)).toBe('volume-1');
    expect(events.fault.map(({ code }) => code)).toEqual(['ERR_KUBEFRESH_TOKEN_REQUEST']);
    expect(events.fault[0]?.error.message).toContain('resources: [serviceaccounts/token]');
    expect(events.renewed).toEqual([]);
    expect(source.status().state).toBe('expired');
  });

  test('the permission comes late, but in time: it heals then', async () => {
    const { clock, api, source, events } = setUp({ permitted: false });
    await clock.pass(55 * MINUTE);
    expect(events.fault).toHaveLength(1);
    api.answer = () => undefined;
    await clock.pass(2 * MINUTE);
    expect(source.status().state).toBe('fresh');
    expect(jtiOf(source)).not.toBe('volume-1');
  });
});

describe('F3: when the primary has no token', () => {
  test('current() says what both lack; ready() waits for whichever comes first', async () => {
    const { clock, source, volume, token, files } = setUp({ missing: true });
    expect(() => source.current()).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE' }));
    const ready = source.ready();
    expect(clock.armed.holding).toBeGreaterThan(0);
    volume.write({ ...files, token: token('late') });
    await clock.pass(POLL);
    expect((await ready).token.claims?.jti).toBe('late');
    expect(clock.armed.holding).toBe(0);
  });

  test('a secondary with credentials of its own serves', async () => {
    const { clock, api, primary } = setUp({ missing: true });
    const source = fallbackSource(primary, () =>
      tokenRequestSource({
        origin: ORIGIN,
        dispatcher: api.dispatcher,
        namespace: 'shop',
        serviceAccount: 'cart',
        clock,
      }),
    );
    closing.push(() => source.close());
    expect(await source.ready()).toMatchObject({ namespace: 'shop', generation: 1 });
  });
});

describe('a 401', () => {
  const evidence = { status: 401, origin: ORIGIN, sentAt: 0 };

  test("of the primary's token is the primary's to answer", async () => {
    const { source, volume, token } = setUp();
    const refused = source.current();
    volume.write({ token: token('volume-2') });
    expect((await source.rejected(refused, evidence))?.token.claims?.jti).toBe('volume-2');
  });

  test('of a minted token asks for another; the answer is one of ours', async () => {
    const { clock, source } = setUp();
    await clock.pass(55 * MINUTE);
    const refused = source.current();
    const better = await source.rejected(refused, evidence);
    expect(better?.token.equals(refused.token)).toBe(false);
    expect(better).toBe(source.current());
  });

  test('of the very request for a token does not wait for itself', async () => {
    const { clock, api, source, events } = setUp();
    await clock.pass(55 * MINUTE);
    const minted = bearerOf(source);
    api.answer = () => ({ status: 401 });
    await clock.pass(70 * MINUTE);
    expect(api.asked.filter(({ authorization }) => authorization === minted).length).toBeGreaterThan(2);
    expect(events.fault.at(-1)?.error).toMatchObject({ code: 'ERR_KUBEFRESH_TOKEN_REQUEST', reason: 'unauthorized' });
    // Told once for each reason, not once a request: the seconds that differ are in the cause.
    expect(events.fault.map(({ error }) => (error.cause as TokenRejectedError).explanation.reason)).toEqual([
      'account-gone',
      'expired',
      'expired',
    ]);
    api.answer = () => undefined;
    await clock.pass(2 * MINUTE);
    expect(source.status().state).toBe('fresh');
  });
});

test('what the second source throws at once is thrown at once, later it is a fault', async () => {
  const { clock, primary } = setUp();
  const broken = () => {
    throw new Error('no such thing');
  };
  const late = fallbackSource(primary, broken);
  closing.push(() => late.close());
  const events = recordEvents(late);
  await clock.pass(55 * MINUTE);
  expect(events.fault).toMatchObject([{ code: 'ERR_KUBEFRESH_FALLBACK_FAILED' }]);
  expect(jtiOf(late)).toBe('volume-1');
  expect(() => fallbackSource(primary, broken)).toThrow('no such thing');
});

test('closing ends the second source and every timer of its own, not the primary', async () => {
  const { clock, api, source, primary } = setUp();
  await clock.pass(55 * MINUTE);
  await source.close();
  const { length } = api.asked;
  await clock.pass(60 * MINUTE);
  expect(api.asked).toHaveLength(length);
  await untilWatching(primary);
  expect(() => source.current()).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_CLOSED' }));
});

test('what is no source, or makes none, is refused at once', () => {
  const { primary } = setUp();
  const invalid = (option: string) => expect.objectContaining({ code: 'ERR_KUBEFRESH_INVALID_OPTION', option });
  expect(() => fallbackSource(undefined as never, () => primary)).toThrow(invalid('primary'));
  expect(() => fallbackSource(primary, primary as never)).toThrow(invalid('secondary'));
});
