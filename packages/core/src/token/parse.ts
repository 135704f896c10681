import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { decodeJwt } from 'jose/jwt/decode';
import { TokenMalformedError } from '../errors.ts';
import { readClaims, type TokenClaims } from './claims.ts';
import { Token, type TokenKind } from './token.ts';

/** `jwt`: what a projected volume holds; `any`: opaque tokens too, as in the token file of a kubeconfig. */
export type TokenFormat = 'jwt' | 'any';

/** The issuer of legacy tokens (pkg/serviceaccount/legacy.go). */
const LEGACY_ISSUER = 'kubernetes/serviceaccount';
/** What can stand in a header value unquoted and unfolded: visible ASCII, no space (RFC 6750, b64token is a part of it). */
const NOT_VISIBLE_ASCII = /[^\x21-\x7e]/u;
/** A token longer than this (characters) is none: what is read of a file, see volume/read-file.ts. */
const LONGEST = 65_536;

/**
 * Reads a token from text: trims it (byte order mark, white space, line ends), checks that it fits in a header, and decodes
 * its claims. Nothing is verified: that is the API server's to do.
 *
 * @param text - The content of a token file.
 * @param options.format - `'jwt'` (the default) refuses what is no JWT; `'any'` takes it as an opaque token.
 * @throws TokenMalformedError naming the part and the position that are wrong, never the text.
 */
export function parseToken(text: string, options: { format?: TokenFormat } = {}): Token {
  // In JavaScript: a request without the header, whose sender is to be answered as any other without a token.
  if (typeof text !== 'string') throw new TokenMalformedError(`The token is no text but of type ${typeof text}.`);
  // What files grow at their ends; trim() knows the byte order mark too, and takes linear time, which a pattern would not.
  const trimmed = text.trim();
  if (trimmed === '') throw new TokenMalformedError('The token is empty.');
  if (trimmed.length > LONGEST) throw new TokenMalformedError(`The token is longer than ${LONGEST} characters.`);
  const stranger = NOT_VISIBLE_ASCII.exec(trimmed);
  if (stranger !== null) {
    const point = (trimmed.codePointAt(stranger.index) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new TokenMalformedError(
      `The token has a character that cannot stand in a header: U+${point} at position ${stranger.index}.`,
    );
  }
  if (options.format === 'any' && !looksLikeJwt(trimmed)) return new Token(trimmed, 'opaque', undefined);
  try {
    const claims = readClaims(decode(trimmed));
    return new Token(trimmed, kindOf(claims), claims);
  } catch (error) {
    // An opaque token may have two dots as well.
    if (options.format === 'any') return new Token(trimmed, 'opaque', undefined);
    throw error;
  }
}

function decode(text: string): Record<string, unknown> {
  const parts = text.split('.');
  if (parts.length !== 3) {
    const found = parts.length === 1 ? 'no dots' : `${parts.length} parts`;
    throw new TokenMalformedError(
      `The token is no JWT: it has ${found}, where three parts joined by dots are expected.`,
    );
  }
  for (const [index, name] of (['header', 'payload', 'signature'] as const).entries()) {
    // A length of 4n + 1 is no base64: what a file cut short looks like (the last part decides nothing else here).
    const part = parts[index];
    if (!part || !/^[\w-]+$/u.test(part) || part.length % 4 === 1) {
      throw new TokenMalformedError(`The ${name} of the token is ${part ? 'no base64url' : 'missing'}.`);
    }
  }
  const [, , signature = ''] = parts;
  if (isCutShort(algorithmOf(text), signature.length)) {
    throw new TokenMalformedError('The signature of the token is cut short.');
  }
  try {
    return decodeJwt(text);
  } catch {
    // No cause: a JSON parser's message quotes what it could not read.
    throw new TokenMalformedError('The payload of the token is no JSON object.');
  }
}

function algorithmOf(text: string): string | undefined {
  try {
    const { alg } = decodeProtectedHeader(text);
    // The type is jose's promise about a good header; this one was never verified.
    return typeof alg === 'string' ? alg : undefined;
  } catch {
    throw new TokenMalformedError('The header of the token is no JSON object.');
  }
}

/** Length of an ECDSA or EdDSA signature in base64url (RFC 7518 section 3.4, RFC 8037). */
const SIGNATURE_LENGTH: Readonly<Record<string, number>> = {
  ES256: 86,
  ES384: 128,
  ES512: 176,
  EdDSA: 86,
  Ed25519: 86,
};
/** An RSA key has at least 2048 bits (RFC 7518 section 3.3), in practice a multiple of 128: bytes of the signature. */
const RSA_LEAST_BYTES = 256;
const RSA_STEP_BYTES = 16;

/** Whether a writer that is not atomic (a shell redirect) has got only as far as the signature: all else decodes. */
function isCutShort(algorithm: string | undefined, length: number): boolean {
  if (algorithm === undefined) return false;
  const expected = SIGNATURE_LENGTH[algorithm];
  if (expected !== undefined) return length < expected;
  if (!/^[RP]S/u.test(algorithm)) return false;
  const bytes = Math.floor((length * 3) / 4);
  return bytes < RSA_LEAST_BYTES || bytes % RSA_STEP_BYTES !== 0;
}

function kindOf(claims: TokenClaims): TokenKind {
  if (claims.iss === LEGACY_ISSUER) return 'legacy';
  return claims.serviceAccount === undefined ? 'jwt' : 'bound';
}

function looksLikeJwt(text: string): boolean {
  // Every JWS starts with base64url of `{"`, and has two dots.
  return text.startsWith('ey') && text.split('.').length === 3;
}
