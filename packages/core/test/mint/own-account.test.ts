import { expect, onTestFinished, test } from 'vitest';
import { TokenManager, tokenRequestSource } from '../../src/mint/index.ts';
import { makeLegacyToken, makeToken } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { AskingSource } from './support/asking-source.ts';
import { settled, TokenApi } from './support/token-api.ts';

/** What is needed to ask as whoever has this token. */
function setUp(text: string) {
  const clock = new ManualClock();
  const api = new TokenApi(clock);
  const asking = new AskingSource();
  asking.askAs(text);
  const access = { origin: 'https://10.0.0.1', source: asking.source, dispatcher: api.dispatcher, clock };
  return { api, asking, access };
}

function closing<Closable extends { close(): Promise<void> }>(closable: Closable): Closable {
  onTestFinished(() => closable.close());
  return closable;
}

test.each([
  ['its pod, not the node of that', {}, { kind: 'Pod', name: 'app-0', uid: '22222222-0000-0000-0000-000000000000' }],
  ['its Secret', { pod: undefined, secret: { name: 's', uid: 's-1' } }, { kind: 'Secret', name: 's', uid: 's-1' }],
  ['its node', { pod: undefined, node: { name: 'n', uid: 'n-1' } }, { kind: 'Node', name: 'n', uid: 'n-1' }],
])("boundTo 'self': the own token's account, and %s", async (_, kubernetes, boundObjectRef) => {
  const { api, access } = setUp(makeToken({ kubernetes }));
  await closing(tokenRequestSource({ ...access, boundTo: 'self' })).ready();
  expect(api.asked[0]).toMatchObject({
    path: '/api/v1/namespaces/default/serviceaccounts/app/token',
    spec: { boundObjectRef: { apiVersion: 'v1', ...boundObjectRef } },
  });
});

test("boundTo 'self' of a token that is bound to nothing: a fault that says so, and no request", async () => {
  const { api, access } = setUp(makeLegacyToken());
  const source = closing(tokenRequestSource({ ...access, boundTo: 'self' }));
  await settled();
  expect(source.status().lastFault?.error).toMatchObject({
    code: 'ERR_KUBEFRESH_INVALID_OPTION',
    option: 'boundTo',
    message: expect.stringContaining('bound to nothing'),
  });
  expect(api.asked).toEqual([]);
});

test('the own account with another uid, or another pod, is a miss; the tokens of other accounts stay', async () => {
  const { api, asking, access } = setUp(makeToken());
  const manager = closing(new TokenManager(access));
  const all = async () => {
    for (const spec of [{}, { boundTo: 'self' }, { serviceAccount: 'cart' }] as const) await manager.token(spec);
    return api.asked.splice(0).map(({ path, spec }) => `${path.split('/').at(-2)} ${spec.boundObjectRef?.['name']}`);
  };
  expect(await all()).toEqual(['app undefined', 'app app-0', 'cart undefined']);
  asking.askAs({ kubernetes: { pod: { name: 'app-1', uid: 'p-2' } } });
  expect(await all()).toEqual(['app app-1']);
  asking.askAs({ kubernetes: { serviceaccount: { name: 'app', uid: 'u-2' }, pod: { name: 'app-1', uid: 'p-2' } } });
  expect(await all()).toEqual(['app undefined', 'app app-1']);
  expect(await all()).toEqual([]);
});
