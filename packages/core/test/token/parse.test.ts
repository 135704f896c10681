import { describe, expect, test } from 'vitest';
import { TokenMalformedError } from '../../src/errors.ts';
import { parseToken } from '../../src/token/parse.ts';
import { joinToken, makeLegacyToken, makeToken } from '../support/make-token.ts';

/** The message with which `text` is refused; it must be of our class, and must not show the text. */
function refusalOf(text: string, format: 'jwt' | 'any' = 'jwt'): string {
  try {
    parseToken(text, { format });
  } catch (error) {
    expect(error).toBeInstanceOf(TokenMalformedError);
    const { message, code, cause } = error as TokenMalformedError;
    expect(code).toBe('ERR_KUBEFRESH_TOKEN_MALFORMED');
    // A cause would carry a JSON parser's quotation of the text.
    expect(cause).toBeUndefined();
    for (const part of text.split(/[^\w-]+/u)) if (part.length > 12) expect(message).not.toContain(part);
    return message;
  }
  throw new Error('accepted');
}

test.each([undefined, null, 5, Buffer.from('token')])('what is no text is no token: %s', (text) => {
  expect(() => parseToken(text as unknown as string)).toThrow(TokenMalformedError);
});

describe('what surrounds a token', () => {
  const token = makeToken();
  test.each([
    ['a newline', `${token}\n`],
    ['CRLF', `${token}\r\n`],
    ['a byte order mark', `\uFEFF${token}`],
    ['both, and blanks', `\uFEFF \t${token} \r\n\r\n`],
  ])('F6: %s is trimmed', (_, text) => {
    expect(parseToken(text).reveal()).toBe(token);
    expect(parseToken(text, { format: 'any' }).reveal()).toBe(token);
  });

  test.each([
    ['nothing', ''],
    ['blanks', '  \t '],
    ['only newlines', '\n\r\n\n'],
    ['only a byte order mark', '\uFEFF'],
  ])('F5: %s is no token', (_, text) => {
    expect(refusalOf(text)).toBe('The token is empty.');
    expect(refusalOf(text, 'any')).toBe('The token is empty.');
  });
});

describe('what cannot stand in a header', () => {
  const token = makeToken();
  test.each([
    ['a NUL', `${token.slice(0, 20)}\0${token.slice(20)}`, 'U+0000 at position 20'],
    ['a space inside', `${token.slice(0, 7)} ${token.slice(7)}`, 'U+0020 at position 7'],
    ['two lines', `${token}\n${token}\n`, `U+000A at position ${token.length}`],
    ['an umlaut', `${token.slice(0, 3)}ä${token.slice(3)}`, 'U+00E4 at position 3'],
    ['what lies beyond the basic plane', `😀${token}`, 'U+1F600 at position 0'],
    ['half a surrogate pair', `${token}\uD83D`, `U+D83D at position ${token.length}`],
    ['a leading newline that trimming leaves no excuse for', `a\n${token}`, 'U+000A at position 1'],
  ])('F7: %s is refused with position and code point', (_, text, where) => {
    expect(refusalOf(text)).toContain(where);
    expect(refusalOf(text, 'any')).toContain(where);
  });

  test('F9: 64 KiB is the most, and blanks in the middle of that much cost no time', () => {
    expect(refusalOf('a'.repeat(65_537), 'any')).toContain('longer than 65536 characters');
    // Quadratic trimming takes two seconds for this, linear a fraction of a millisecond: twenty would outlast the test.
    for (let round = 0; round < 20; round += 1) refusalOf(`a${' '.repeat(65_000)}b`);
  });
});

describe('what is no JWT', () => {
  test.each([
    ['one part', 'abc', 'no dots'],
    ['two parts', 'YWJj.YWJj', '2 parts'],
    ['five parts, as an encrypted JWT', 'YWJj.YWJj.YWJj.YWJj.YWJj', '5 parts'],
    ['an empty part', `${makeToken().split('.').slice(0, 2).join('.')}.`, 'signature of the token is missing'],
    ['padding', `YWI=.${makeToken().split('.').slice(1).join('.')}`, 'header of the token is no base64url'],
    [
      'a header of garbage',
      `YWJj.${makeToken().split('.').slice(1).join('.')}`,
      'header of the token is no JSON object',
    ],
    ['a payload that is a list', joinToken({ alg: 'ES256' }, [1, 2]), 'payload of the token is no JSON object'],
    ['a time that is a text', makeToken({ claims: { exp: 'tomorrow' } }), "claim 'exp'"],
    ['a time before the epoch', makeToken({ claims: { iat: -1 } }), "claim 'iat'"],
    ['a time that no Date can hold', makeToken({ claims: { nbf: 8.64e12 + 1 } }), "claim 'nbf'"],
    ['a warnafter that is no time', makeToken({ kubernetes: { warnafter: {} } }), "claim 'warnafter'"],
  ])('%s: the message names the part', (_, text, part) => {
    expect(refusalOf(text)).toContain(part);
  });

  test('an algorithm that is no text is no way out of our error classes', () => {
    const token = makeToken({ header: { alg: { toString: 1 } } });
    expect(parseToken(token).claims?.serviceAccount?.name).toBe('app');
  });

  // Of a longer RSA key a few beginnings pass: nothing in a token tells the key's size. The rest, when it lands, is taken.
  test('F8: each beginning of a token is refused, whatever its signature', () => {
    const payload = { iat: 1, exp: 2, sub: 'a' };
    for (const [alg, bytes] of Object.entries({
      ES256: 64,
      ES384: 96,
      ES512: 132,
      EdDSA: 64,
      RS256: 256,
      PS512: 256,
    })) {
      const token = joinToken({ alg }, payload, bytes);
      expect(parseToken(token).reveal()).toBe(token);
      for (let length = 1; length < token.length; length += 1) refusalOf(token.slice(0, length));
    }
  });
});

test('F8: a signature of a length that no bytes have is cut short, also where the algorithm tells no length', () => {
  const token = joinToken({ alg: 'HS256' }, { sub: 'a' }, 32);
  expect(parseToken(token).kind).toBe('jwt');
  expect(refusalOf(token.slice(0, -2))).toContain('signature of the token is no base64url');
});

describe('kinds', () => {
  test('a token of the kubelet is bound, a Secret’s legacy, another issuer’s just a JWT', () => {
    expect(parseToken(makeToken()).kind).toBe('bound');
    expect(parseToken(makeLegacyToken()).kind).toBe('legacy');
    expect(parseToken(makeToken({ claims: { 'kubernetes.io': undefined } })).kind).toBe('jwt');
  });

  test.each(['sha256~dGVzdA', 'abcdef.0123456789abcdef', 'kubeconfig-u-x7k2p:4tq8', 'a.b.c', 'ey.ey.ey'])(
    "T0: the opaque token %s is one in the format 'any' alone",
    (text) => {
      expect(parseToken(text, { format: 'any' })).toMatchObject({ kind: 'opaque', claims: undefined });
      expect(() => parseToken(text)).toThrow(TokenMalformedError);
    },
  );

  test("T0: a JWT is read as one in the format 'any' too", () => {
    expect(parseToken(makeToken(), { format: 'any' }).kind).toBe('bound');
  });
});
