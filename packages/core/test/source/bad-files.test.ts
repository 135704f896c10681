import { createProjectedVolume, type ProjectedVolume, type SpoilKind } from '@kubefresh/testing';
import { afterEach, describe, expect, test } from 'vitest';
import type { CredentialSource } from '../../src/source/types.ts';
import { volumeSource } from '../../src/source/volume-source.ts';
import { nextEvent } from '../support/await-event.ts';
import { CA_ONE, CA_TWO } from '../support/certificates.ts';
import { makeToken } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordEvents } from '../support/record-events.ts';

let volume: ProjectedVolume;
let source: CredentialSource;
afterEach(async () => {
  await source.close();
  volume[Symbol.dispose]();
});

const MALFORMED = 'ERR_KUBEFRESH_TOKEN_MALFORMED';
const UNREADABLE = 'ERR_KUBEFRESH_FILE_UNREADABLE';
const SPOILT: [string, SpoilKind, string][] = [
  ['F5', 'empty', MALFORMED],
  ['F5', 'blank', MALFORMED],
  ['F5', 'newlines', MALFORMED],
  ['F7', 'two-lines', MALFORMED],
  ['F7', 'control-characters', MALFORMED],
  ['F8', 'half', MALFORMED],
  ['F9', 'garbage', MALFORMED],
  ['F9', 'not-a-jwt', MALFORMED],
  ['F9', 'oversized', UNREADABLE],
  ['F9', 'directory', UNREADABLE],
  ['F9', 'fifo', UNREADABLE],
  ['F4', 'missing', UNREADABLE],
];

describe.each(['projected', 'plain', 'csi'] as const)('in the layout %s', (layout) => {
  test.each(SPOILT)(
    '%s: a token file that is %s is refused with one fault, and healed by the next write',
    async (_, kind, code) => {
      const token = makeToken();
      volume = createProjectedVolume({ layout, files: { token, 'ca.crt': CA_ONE, namespace: 'first' } });
      source = volumeSource({ directory: volume.directory });
      const events = recordEvents(source);
      // A write in place is seen half done, too: first empty, then as it is meant.
      const fault = nextEvent(source, 'fault', ({ error }) => layout !== 'plain' || isLast(kind, error.message));
      volume.spoil(kind);
      const { error } = await fault;
      expect(error.code).toBe(code);
      expect(error.message).toContain(volume.tokenFile);
      expect(error.message).not.toContain(token.slice(-40));
      expect(source.current()).toMatchObject({ namespace: 'first', ca: CA_ONE });
      expect(source.current().token.reveal()).toBe(token);
      if (layout !== 'plain') expect(events.fault).toHaveLength(1);

      const renewed = nextEvent(source, 'renewed');
      const next = makeToken();
      volume.write({ token: next });
      expect((await renewed).credential.token.reveal()).toBe(next);
      if (layout !== 'plain') expect(events.fault).toHaveLength(1);
    },
  );

  test('F6: what grows at the ends of a file is trimmed', async () => {
    volume = createProjectedVolume({ layout, files: { token: makeToken() } });
    source = volumeSource({ directory: volume.directory });
    for (const [before, after] of [
      ['', '\n'],
      ['', '\r\n'],
      ['\uFEFF', ''],
      ['\uFEFF ', '\r\n\r\n'],
    ]) {
      const token = makeToken();
      const renewed = nextEvent(source, 'renewed');
      volume.write({ token: `${before}${token}${after}` });
      expect((await renewed).credential.token.reveal()).toBe(token);
    }
  });
});

test('F8: half a token is refused, the rest makes it whole', async () => {
  const first = makeToken();
  volume = createProjectedVolume({ layout: 'plain', files: { token: first } });
  source = volumeSource({ directory: volume.directory });
  for (const share of [0.02, 0.3, 0.7, 0.95, 0.99]) {
    const next = makeToken();
    const held = source.current().token.reveal();
    const fault = nextEvent(source, 'fault', ({ error }) => !error.message.includes('is empty'));
    const finish = volume.writePartially(next, share);
    await fault;
    expect(source.current().token.reveal()).toBe(held);
    const renewed = nextEvent(source, 'renewed');
    finish();
    expect((await renewed).credential.token.reveal()).toBe(next);
  }
});

describe('F10: an older token', () => {
  const now = Date.now();
  const older = makeToken({ issuedAt: now - 5_000 });
  const newer = makeToken({ issuedAt: now });

  function open() {
    const clock = new ManualClock(now);
    volume = createProjectedVolume({ files: { token: newer } });
    source = volumeSource({ directory: volume.directory, clock });
    return { clock, events: recordEvents(source) };
  }

  test('is refused whatever reason a caller of renew() gives: only a refusal asks for it', async () => {
    open();
    volume.write({ token: older });
    expect((await source.renew({ reason: 'rejected' })).token.reveal()).toBe(newer);
  });

  test('is refused, with one fault that names both by their jti', () => {
    const { clock, events } = open();
    volume.write({ token: older });
    for (let use = 0; use < 5; use += 1) {
      clock.advance(10);
      expect(source.current().token.reveal()).toBe(newer);
    }
    expect(events.fault).toHaveLength(1);
    expect(events.fault[0]?.error.message).toMatch(
      /\[Token jti=.+\] was issued 5 s before \[Token jti=.+\], which stays/u,
    );
  });

  test('is taken when a 401 asked', async () => {
    open();
    volume.write({ token: older });
    const evidence = { status: 401, origin: 'https://10.96.0.1', sentAt: 0 };
    expect((await source.rejected(source.current(), evidence))?.token.reveal()).toBe(older);
    expect(source.current().token.reveal()).toBe(older);
  });

  test('is none where iat is equal, another issuer or subject speaks, or there is no iat', () => {
    const { clock, events } = open();
    for (const token of [
      makeToken({ issuedAt: now }),
      makeToken({ issuedAt: now - 9_000, claims: { iss: 'https://other' } }),
      makeToken({
        issuedAt: now - 10_000,
        claims: { iss: 'https://other', sub: 'system:serviceaccount:default:other' },
      }),
      makeToken({ claims: { iat: undefined } }),
    ]) {
      volume.write({ token });
      clock.advance(10);
      expect(source.current().token.reveal()).toBe(token);
    }
    expect(events.fault.filter(({ error }) => error.message.includes('issued'))).toEqual([]);
  });
});

describe('F15: CA and namespace', () => {
  test.each([
    ['empty', { 'ca.crt': '', namespace: '' }],
    ['malformed', { 'ca.crt': CA_TWO.replaceAll('M', '*'), namespace: 'Not A Name' }],
    ['missing', { 'ca.crt': null, namespace: null }],
  ])('%s: those held stay, with a fault each, while the token goes on', (_, files) => {
    const clock = new ManualClock(Date.now());
    volume = createProjectedVolume({ files: { token: makeToken(), 'ca.crt': CA_ONE, namespace: 'first' } });
    source = volumeSource({ directory: volume.directory, clock });
    const events = recordEvents(source);
    const token = makeToken();
    volume.write({ token, ...files });
    clock.advance(10);
    expect(source.current()).toMatchObject({ ca: CA_ONE, namespace: 'first', generation: 2 });
    expect(source.current().token.reveal()).toBe(token);
    expect(events.fault).toHaveLength(2);
    volume.write({ 'ca.crt': CA_TWO, namespace: 'second' });
    clock.advance(10);
    expect(source.current()).toMatchObject({ ca: CA_TWO, namespace: 'second', generation: 3 });
    expect(source.current().token.reveal()).toBe(token);
  });

  test('never there: an empty CA, which trusts nothing; undefined, which trusts the system, by the caller’s word alone', () => {
    volume = createProjectedVolume({ files: { token: makeToken() } });
    source = volumeSource({ directory: volume.directory });
    expect(source.current()).toMatchObject({ ca: '' });
    expect(source.current().namespace).toBeUndefined();
    const byWord = volumeSource({ directory: volume.directory, caFile: false });
    expect(byWord.current()).not.toHaveProperty('ca');
    return byWord.close();
  });
});

/** A file that is truncated and written, or replaced, is first empty or missing. */
function isLast(kind: SpoilKind, message: string): boolean {
  if (['empty', 'blank', 'newlines'].includes(kind)) return message.includes('is empty');
  if (kind === 'missing') return message.includes('does not exist');
  return !message.includes('is empty') && !message.includes('does not exist');
}
