import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseToken } from '../../src/token/parse.ts';
import { makeLegacyToken, makeToken } from '../support/make-token.ts';

describe('a token shows itself to reveal() alone', () => {
  const text = makeToken({ jti: 'the-id' });
  const token = parseToken(text);

  test.each<[string, () => unknown]>([
    ['String()', () => String(token)],
    ['a template', () => `${token}`],
    ['concatenation', () => `Bearer ${token}`],
    ['JSON', () => JSON.stringify({ token })],
    ['inspect', () => inspect(token)],
    [
      'inspect with all there is',
      () => inspect({ nested: [token] }, { showHidden: true, depth: Number.POSITIVE_INFINITY, getters: true }),
    ],
    [
      'inspect past the custom one',
      () => inspect(token, { customInspect: false, showHidden: true, depth: Number.POSITIVE_INFINITY }),
    ],
    ['its entries', () => JSON.stringify([Object.entries(token), Reflect.ownKeys(token).map(String)])],
    ['a structured clone', () => inspect(structuredClone(Object.assign({}, token)), { showHidden: true })],
  ])('%s', (_, show) => {
    const shown = String(show());
    for (const part of text.split('.')) expect(shown).not.toContain(part);
    expect(token.reveal()).toBe(text);
  });

  test('but says which it is', () => {
    expect(`${token}`).toBe('[Token jti=the-id]');
    expect(inspect(token)).toBe('[Token jti=the-id]');
    expect(JSON.stringify({ token })).toBe('{"token":"[Token jti=the-id]"}');
    expect(`${parseToken(makeLegacyToken())}`).toBe('[Token legacy default/app]');
    expect(`${parseToken('sha256~abc', { format: 'any' })}`).toBe('[Token opaque]');
    expect(`${parseToken(makeToken({ claims: { jti: undefined, 'kubernetes.io': undefined } }))}`).toBe(
      '[Token jwt sub=system:serviceaccount:default:app]',
    );
  });

  test('equality is that of the text', () => {
    expect(token.equals(parseToken(`${text}\n`))).toBe(true);
    expect(token.equals(parseToken(makeToken({ jti: 'the-id' })))).toBe(false);
  });
});
