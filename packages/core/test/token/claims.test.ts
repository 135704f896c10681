import { describe, expect, test } from 'vitest';
import { readClaims } from '../../src/token/claims.ts';
import { parseToken } from '../../src/token/parse.ts';
import { makeLegacyToken, makeToken } from '../support/make-token.ts';

describe('claims', () => {
  test('those of a bound token, typed', () => {
    const { claims } = parseToken(
      makeToken({ issuedAt: 1_000_500, life: 600, jti: 'id-1', kubernetes: { warnafter: 7 } }),
    );
    expect(claims).toEqual({
      aud: ['https://kubernetes.default.svc.cluster.local'],
      exp: 1_600,
      iat: 1_000,
      nbf: 1_000,
      iss: 'https://kubernetes.default.svc.cluster.local',
      jti: 'id-1',
      namespace: 'default',
      node: { name: 'node-1', uid: '11111111-0000-0000-0000-000000000000' },
      pod: { name: 'app-0', uid: '22222222-0000-0000-0000-000000000000' },
      serviceAccount: { name: 'app', uid: '33333333-0000-0000-0000-000000000000', namespace: 'default' },
      sub: 'system:serviceaccount:default:app',
      warnafter: 7,
    });
  });

  test('T2: the flat ones of a legacy token are the same ones', () => {
    expect(parseToken(makeLegacyToken()).claims).toEqual({
      aud: [],
      iss: 'kubernetes/serviceaccount',
      namespace: 'default',
      secret: { name: 'app-token-x7k2p' },
      serviceAccount: { name: 'app', uid: '33333333-0000-0000-0000-000000000000', namespace: 'default' },
      sub: 'system:serviceaccount:default:app',
    });
  });

  test('the longest subject that Kubernetes makes is kept', () => {
    const sub = `system:serviceaccount:${'n'.repeat(63)}:${'a'.repeat(253)}`;
    expect(readClaims({ sub }).sub).toBe(sub);
    expect(readClaims({ sub: 'x'.repeat(513) }).sub).toBeUndefined();
  });

  test('a single audience is a list of one, and what is no text is none', () => {
    expect(readClaims({ aud: 'one' }).aud).toEqual(['one']);
    expect(readClaims({ aud: ['one', 2, null, 'two'] }).aud).toEqual(['one', 'two']);
    expect(readClaims({}).aud).toEqual([]);
  });

  test('they are frozen all the way down', () => {
    const { claims } = parseToken(makeToken());
    for (const value of [claims, claims?.aud, claims?.serviceAccount, claims?.pod])
      expect(Object.isFrozen(value)).toBe(true);
  });

  test('what could forge a line of a log is dropped', () => {
    expect(
      readClaims({ jti: 'a\nfault: all is well', sub: 'x y', iss: 5, 'kubernetes.io': { pod: { name: '\u001b[2J' } } }),
    ).toEqual({
      aud: [],
    });
  });
});
