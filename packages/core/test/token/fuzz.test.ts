import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenMalformedError } from '../../src/errors.ts';
import { readClaims } from '../../src/token/claims.ts';
import { lifetime } from '../../src/token/lifetime.ts';
import { parseToken } from '../../src/token/parse.ts';
import { Token } from '../../src/token/token.ts';
import { fuzzBound, fuzzRuns } from '../support/fuzz.ts';
import { joinToken, makeToken } from '../support/make-token.ts';

/** Longer than by chance a part of a message or a claim would be. */
const TELLING = 24;

/** Seconds, and what stands where seconds should. */
const moment = fc.oneof(fc.integer({ min: 0, max: 4e9 }), fc.double({ min: -1, max: 9e12 }), fc.jsonValue());
const reference = fc.oneof(fc.record({ name: fc.string(), uid: fc.string() }, { requiredKeys: [] }), fc.jsonValue());
const payload = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue()),
  fc.record(
    {
      iss: fc.oneof(fc.string(), fc.constant('kubernetes/serviceaccount'), fc.jsonValue()),
      sub: fc.oneof(fc.string(), fc.jsonValue()),
      aud: fc.oneof(fc.string(), fc.array(fc.string()), fc.jsonValue()),
      iat: moment,
      nbf: moment,
      exp: moment,
      jti: fc.oneof(fc.uuid(), fc.jsonValue()),
      'kubernetes.io': fc.oneof(
        fc.record(
          { namespace: fc.string(), serviceaccount: reference, pod: reference, node: reference, warnafter: moment },
          { requiredKeys: [] },
        ),
        fc.jsonValue(),
      ),
      'kubernetes.io/serviceaccount/namespace': fc.jsonValue(),
      'kubernetes.io/serviceaccount/service-account.name': fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);
const header = fc.oneof(
  fc.record({
    alg: fc.oneof(fc.constantFrom('ES256', 'RS256', 'EdDSA', 'none', 'constructor', '__proto__'), fc.jsonValue()),
  }),
  fc.jsonValue(),
);
const jwt = fc
  .tuple(header, payload, fc.constantFrom(0, 32, 64, 96, 132, 256, 512))
  .map((parts) => joinToken(...parts));

/** A good token, damaged: cut, doubled, with something put in. */
const damaged = fc
  .tuple(fc.nat(2_000), fc.nat(2_000), fc.oneof(fc.constant(''), fc.string({ unit: 'binary', maxLength: 5 })))
  .map(([from, to, put]) => {
    const token = makeToken();
    return token.slice(0, from) + put + token.slice(to);
  });
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
  fc.string({ unit: fc.constantFrom('a', '.', '-', '_', '=', ' ', '\n', 'ey', '\uFEFF', '\0') }),
  damaged,
  jwt,
);

describe('fuzz', { timeout: fuzzBound(fuzzRuns(45_000)) }, () => {
  test('parseToken takes a text or refuses it with its own error, and shows it in neither case', () => {
    fc.assert(
      fc.property(text, fc.constantFrom<'jwt' | 'any'>('jwt', 'any'), (given, format) => {
        let shown: string;
        try {
          const token = parseToken(given, { format });
          expect(token.reveal()).toBe(given.trim());
          // It must do as the value of a header.
          new Headers({ authorization: `Bearer ${token.reveal()}` });
          expect(token.claims === undefined).toBe(token.kind === 'opaque');
          if (format === 'jwt') expect(token.kind).not.toBe('opaque');
          shown =
            signatureOf(given) === ''
              ? ''
              : inspect(token, { showHidden: true, customInspect: false, depth: 9 }) + String(token);
        } catch (error) {
          if (!(error instanceof TokenMalformedError)) throw error;
          shown = error.message + String(error.cause);
        }
        for (const part of [signatureOf(given), given.trim()]) {
          if (part.length >= TELLING) expect(shown.includes(part)).toBe(false);
        }
      }),
      { numRuns: fuzzRuns(45_000) },
    );
  });

  test('a good token is never lost, whatever its claims and whatever surrounds it', () => {
    const edge = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r\n', '\uFEFF'), maxLength: 4 });
    const names = fc.record({ jti: fc.string(), sub: fc.string(), extra: fc.jsonValue() });
    fc.assert(
      fc.property(names, edge, edge, (claims, before, after) => {
        const token = makeToken({ claims });
        expect(parseToken(before + token + after).reveal()).toBe(token);
      }),
      { numRuns: fuzzRuns(5_000) },
    );
  });

  test('readClaims makes claims of any object or refuses a time, and what it gives can be printed on one line', () => {
    fc.assert(
      fc.property(payload, (given) => {
        try {
          const claims = readClaims(given);
          for (const time of [claims.iat, claims.nbf, claims.exp, claims.warnafter]) {
            if (time !== undefined) expect(Number.isNaN(new Date(time * 1000).getTime())).toBe(false);
          }
          for (const value of textsIn(claims)) expect(value).toMatch(/^[\x21-\x7e]+$/u);
        } catch (error) {
          if (!(error instanceof TokenMalformedError)) throw error;
        }
      }),
      { numRuns: fuzzRuns(25_000) },
    );
  });

  test('lifetime is in order for all claims there can be: due, late, end', () => {
    const time = fc.oneof(fc.integer({ min: 0, max: 4e9 }), fc.double({ min: 0, max: 8.64e12, noNaN: true }));
    const times = fc.record({ iat: time, nbf: time, exp: time, warnafter: time }, { requiredKeys: [] });
    const now = fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true });
    fc.assert(
      fc.property(
        times,
        now,
        fc.option(fc.double({ min: 0, max: 8.64e15, noNaN: true }), { nil: undefined }),
        (claims, at, notAfter) => {
          const token = new Token('text', 'bound', { aud: [], ...claims });
          const life = lifetime(token, { now: at, ...(notAfter === undefined ? {} : { notAfter }) });
          const { renewAt, staleAt, deadline, expiresAt, state } = life;
          expect([renewAt, staleAt, deadline, expiresAt].some(Number.isNaN)).toBe(false);
          expect(renewAt).toBeLessThanOrEqual(staleAt);
          expect(staleAt).toBeLessThanOrEqual(Math.max(deadline, renewAt));
          expect(state === 'unlimited').toBe(deadline === Number.POSITIVE_INFINITY);
          if (state !== 'unlimited') expect(state === 'expired').toBe(at >= expiresAt);
          // Later is never fresher.
          const order = ['not-yet-valid', 'fresh', 'due', 'stale', 'expired', 'unlimited'];
          const later = lifetime(token, { now: at + 60_000, ...(notAfter === undefined ? {} : { notAfter }) });
          expect(order.indexOf(later.state)).toBeGreaterThanOrEqual(order.indexOf(state));
        },
      ),
      { numRuns: fuzzRuns(15_000) },
    );
  });
});

function signatureOf(given: string): string {
  return given.trim().split('.')[2] ?? '';
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
