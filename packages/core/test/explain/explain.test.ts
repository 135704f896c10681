import { describe, expect, test } from 'vitest';
import { explainRejection } from '../../src/token/explain.ts';
import type { ExplainEvidence } from '../../src/token/explanation.ts';
import { parseToken } from '../../src/token/parse.ts';
import { makeLegacyToken, makeToken, type TokenRecipe } from '../support/make-token.ts';

const ISSUED = Date.parse('2026-05-01T12:00:00Z');
const LIFE = 3607;
const HALF_WAY = ISSUED + (LIFE / 2) * 1000;
const ACCOUNT = '33333333-0000-0000-0000-000000000000';

/** The explanation for a pod's ordinary token, changed by `recipe`, half-way through its life by the server's clock. */
function explain(evidence: Partial<ExplainEvidence> = {}, recipe: TokenRecipe = {}) {
  const token = parseToken(makeToken({ issuedAt: ISSUED, life: LIFE, jti: 'jti-1', ...recipe }));
  return explainRejection(token, { status: 401, date: at(HALF_WAY), ...evidence });
}

const at = (ms: number) => new Date(ms).toUTCString();
const seconds = (s: number) => at(ISSUED + s * 1000);

describe('by the times of the token', () => {
  test('T4: expired is certain beyond the leeway of the API server, by its clock', () => {
    const { reason, certainty, message } = explain({ date: seconds(LIFE + 61) });
    expect({ reason, certainty }).toEqual({ reason: 'expired', certainty: 'certain' });
    expect(message).toContain('61 s');
  });

  test('expired within the leeway, or by our clock only, is likely', () => {
    expect(explain({ date: seconds(LIFE + 59) })).toMatchObject({ reason: 'expired', certainty: 'likely' });
    const token = parseToken(makeToken({ issuedAt: ISSUED, life: LIFE }));
    const now = ISSUED + (LIFE + 3600) * 1000;
    expect(explainRejection(token, { status: 401, now })).toMatchObject({ reason: 'expired', certainty: 'likely' });
  });

  test("a moment that is not by the server's clock makes nothing certain, whatever its Date header says", () => {
    const now = ISSUED + (LIFE + 3600) * 1000;
    const { certainty, message } = explain({ date: seconds(0), now });
    expect(certainty).toBe('likely');
    expect(message).toContain('by our clock');
    expect(explain({ date: at(now), now: now + 1_500 })).toMatchObject({ reason: 'expired', certainty: 'certain' });
  });

  test('T3: not yet valid says by how much a clock is off', () => {
    const { reason, certainty, message } = explain({ date: seconds(-600) });
    expect({ reason, certainty }).toEqual({ reason: 'not-yet-valid', certainty: 'certain' });
    expect(message).toContain('600 s');
    expect(explain({ date: seconds(-60) }).reason).not.toBe('not-yet-valid');
  });

  test('T1: an extended token past its warnafter has not expired', () => {
    const warnafter = ISSUED / 1000 + 3607;
    const recipe = { life: 31_536_000, kubernetes: { warnafter } };
    expect(explain({ date: seconds(4000) }, recipe).reason).toBe('account-gone');
  });

  test('a very young token is likely unknown to a lagging server', () => {
    expect(explain({ date: seconds(5) })).toMatchObject({ reason: 'lagging-server', certainty: 'likely' });
  });
});

describe('by whom it is from and for', () => {
  const vault = { claims: { aud: ['https://vault.example'] } };

  test('T5: a wrong audience is named with both audiences', () => {
    const guess = explain({}, vault);
    expect(guess).toMatchObject({ reason: 'wrong-audience', certainty: 'likely' });
    expect(guess.message).toContain('https://vault.example');
    expect(guess.message).toContain('https://kubernetes.default.svc.cluster.local');
    const known = explain({ audiences: ['https://api.example'] }, vault);
    expect(known).toMatchObject({ reason: 'wrong-audience', certainty: 'certain' });
    expect(known.message).toContain('[https://api.example]');
  });

  test('an audience that the API server has told us of is not wrong', () => {
    expect(explain({ audiences: ['https://vault.example'] }, vault).reason).toBe('account-gone');
  });

  test('T2: a legacy token', () => {
    const found = explainRejection(parseToken(makeLegacyToken()), { status: 401 });
    expect(found).toMatchObject({ reason: 'legacy-invalidated', certainty: 'likely' });
    expect(found.message).toContain('app-token-x7k2p');
  });

  test('an opaque token, another issuer, another cluster', () => {
    expect(explainRejection(parseToken('sha256~abc', { format: 'any' }), { status: 401 }).reason).toBe('unknown');
    const foreign = { claims: { iss: 'https://login.example', 'kubernetes.io': undefined } };
    expect(explain({}, foreign)).toMatchObject({ reason: 'foreign-issuer', certainty: 'likely' });
    expect(explain({ issuer: 'https://other.example' })).toMatchObject({ reason: 'foreign-issuer' });
  });
});

describe('by what the token is bound to', () => {
  test('T7: unexpired and in order: most likely the account was created again, and the other reasons are named', () => {
    const { reason, certainty, message } = explain();
    expect({ reason, certainty }).toEqual({ reason: 'account-gone', certainty: 'likely' });
    for (const part of ['default/app', ACCOUNT, 'app-0', 'signing key']) expect(message).toContain(part);
  });

  test.each([
    ['account-gone', { serviceAccount: { uid: 'another' } }],
    ['account-gone', { serviceAccount: null }],
    ['pod-gone', { serviceAccount: { uid: ACCOUNT }, pod: null }],
    ['pod-gone', { pod: { uid: '22222222-0000-0000-0000-000000000000', deletedAt: HALF_WAY - 61_000 } }],
  ] as const)('%s is certain when the object was looked up', (reason, objects) => {
    expect(explain({ objects })).toMatchObject({ reason, certainty: 'certain' });
  });

  test('a pod that ends within the minute that the API server allows, and the node of a pod, explain nothing', () => {
    const pod = { uid: '22222222-0000-0000-0000-000000000000', deletedAt: HALF_WAY - 59_000 };
    expect(explain({ objects: { pod, node: null } })).toMatchObject({ reason: 'account-gone', certainty: 'likely' });
  });

  test('bound to a Secret, to a node', () => {
    const unbound = { pod: undefined, node: undefined };
    const secret = { kubernetes: { ...unbound, secret: { name: 's', uid: '1' } } };
    expect(explain({ objects: { secret: null } }, secret)).toMatchObject({ reason: 'secret-gone' });
    const node = { kubernetes: { ...unbound, node: { name: 'n', uid: '1' } } };
    expect(explain({ objects: { node: { uid: '2' } } }, node)).toMatchObject({ reason: 'node-gone' });
    expect(explain({}, node).message).toContain('the node n was deleted');
  });

  test('a key that the API server does not publish', () => {
    expect(explain({ keyIds: ['new'] })).toMatchObject({ reason: 'signing-key-replaced', certainty: 'certain' });
    expect(explain({ keyIds: ['new', 'test'] }).reason).toBe('account-gone');
  });
});

describe('by who answered', () => {
  test('S10: anonymous: something on the way removed the token', () => {
    expect(explain({ status: 403 })).toMatchObject({ reason: 'middlebox', certainty: 'likely' });
  });

  test('WWW-Authenticate is never from an API server', () => {
    expect(explain({ challenged: true })).toMatchObject({ reason: 'middlebox', certainty: 'certain' });
  });

  test('S14: a backend behind a proxy subresource', () => {
    expect(explain({ proxied: true })).toMatchObject({ reason: 'backend', certainty: 'likely' });
    expect(explain({ proxied: true, challenged: true })).toMatchObject({ reason: 'backend', certainty: 'certain' });
  });

  test('refused a moment ago, taken now', () => {
    expect(explain({ acceptedNow: true })).toMatchObject({ reason: 'lagging-server' });
  });

  test.each([
    ['[invalid bearer token, service account token has expired]', 'expired'],
    ['service account token is not valid yet', 'not-yet-valid'],
    ['service account token is issued in the future', 'not-yet-valid'],
    ['token audiences ["a"] is invalid for the target audiences ["b"]', 'wrong-audience'],
    ['invalid signature, no keys found', 'signing-key-replaced'],
    ['service account UID (1) does not match claim (2)', 'account-gone'],
    ['[invalid bearer token, serviceaccounts "app" not found]', 'account-gone'],
    ['service account default/app has been deleted', 'account-gone'],
    ['[invalid bearer token, pod UID (1) does not match service account pod ref claim (2)]', 'pod-gone'],
    ['service account token has been invalidated', 'pod-gone'],
    ['the token in secret a/b for service account a/c has been marked invalid.', 'legacy-invalidated'],
  ])("the API server's own words: %s", (review, reason) => {
    expect(explain({ review })).toMatchObject({ reason, certainty: 'certain' });
  });

  test('words that say nothing leave it to the other facts', () => {
    expect(explain({ review: 'invalid bearer token', date: seconds(LIFE + 100) }).reason).toBe('expired');
  });
});

test('the message names jti and Audit-Id, and never holds the token', () => {
  const text = makeToken({ issuedAt: ISSUED, jti: 'jti-1' });
  const { message } = explainRejection(parseToken(text), { status: 401, auditId: 'audit-1', date: at(HALF_WAY) });
  expect(message).toContain('Audit-Id audit-1');
  expect(message).toContain('JTI=jti-1');
  for (const part of text.split('.')) expect(message).not.toContain(part);
});

test('an unreadable Date header counts as none', () => {
  expect(explain({ date: 'nonsense', now: ISSUED + (LIFE + 61) * 1000 })).toMatchObject({ certainty: 'likely' });
});
