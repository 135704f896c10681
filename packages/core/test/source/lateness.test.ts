import { createProjectedVolume, type ProjectedVolume, type VolumeOptions } from '@kubefresh/testing';
import { afterEach, describe, expect, test } from 'vitest';
import type { CredentialSource } from '../../src/source/types.ts';
import { volumeSource } from '../../src/source/volume-source.ts';
import { makeLegacyToken, makeToken, type TokenRecipe } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordEvents } from '../support/record-events.ts';
import { recordWarnings } from '../support/record-warnings.ts';

let clock: ManualClock;
let volume: ProjectedVolume;
let source: CredentialSource;
afterEach(async () => {
  await source.close();
  volume[Symbol.dispose]();
});

function open(recipe: TokenRecipe, options: VolumeOptions = {}) {
  clock = new ManualClock(Date.parse('2026-05-01T12:00:00Z'));
  volume = createProjectedVolume({ ...options, files: { token: token(recipe) } });
  const names = { directory: volume.directory, caFile: false, namespaceFile: false } as const;
  source = volumeSource({ ...names, clock });
  return recordEvents(source);
}

function token(recipe: TokenRecipe = {}): string {
  return makeToken({ issuedAt: clock.now(), ...recipe });
}

const YEAR = 365 * 24 * 3600;

describe('F16: a volume that never changes again', () => {
  test('is told of at 0.8 of the life + 120 s, and once more at its end', async () => {
    const warnings = recordWarnings();
    const { stale } = open({ life: 3607, jti: 'late' });
    // A restarted kubelet mounts another volume over it, and writes there.
    volume.overMount();
    volume.write({ token: token({ jti: 'unseen' }) });
    clock.advance(0.8 * 3_607_000 + 119_000);
    expect(source.status().state).toBe('due');
    expect(stale).toEqual([]);
    clock.advance(2_000);
    expect(stale.map(({ lifetime }) => lifetime.state)).toEqual(['stale']);
    expect(source.status()).toMatchObject({ state: 'stale', lastFault: { code: 'ERR_KUBEFRESH_TOKEN_STALE' } });
    expect(source.status().lastFault?.error.message).toMatch(
      /jti=late.+not been replaced in time.+restarted kubelet/su,
    );
    clock.advance(3_607_000 - (0.8 * 3_607_000 + 121_000) - 1_000);
    expect(stale).toHaveLength(1);
    clock.advance(2_000);
    expect(stale.map(({ lifetime }) => lifetime.state)).toEqual(['stale', 'expired']);
    expect(source.status().lastFault?.error.message).toContain('has expired');
    expect(source.current().token.claims?.jti).toBe('late');
    clock.advance(24 * 3_600_000);
    expect(stale).toHaveLength(2);
    expect((await warnings.stop(volume.root)).map(({ code }) => code)).toEqual([
      'KUBEFRESH_TOKEN_STALE',
      'KUBEFRESH_TOKEN_STALE',
    ]);
  });

  test('T1: an extended token is told of in time, at its warnafter, and at its far end', () => {
    const { stale } = open({ life: YEAR, kubernetes: { warnafter: Date.parse('2026-05-01T13:00:07Z') / 1000 } });
    clock.advance(0.8 * 3_607_000 + 121_000);
    expect(stale).toHaveLength(1);
    clock.advance(3_607_000 - clock.monotonic() + 1_000);
    expect(stale.map(({ lifetime }) => lifetime.state)).toEqual(['stale', 'stale']);
    expect(source.status().lastFault?.error.message).toContain('past its warnafter');
  });

  test('is told of on time however long the poll', async () => {
    const { stale } = open({ life: 3607 });
    const hourly = volumeSource({ directory: volume.directory, pollInterval: 3_600_000, clock });
    const heard = recordEvents(hourly);
    await source.close();
    clock.advance(0.8 * 3_607_000 + 121_000);
    expect(stale).toEqual([]);
    expect(heard.stale).toHaveLength(1);
    await hourly.close();
  });

  test('is told of although its moment passed just before another timer was set', async () => {
    const { stale } = open({ life: 3607 });
    clock.block(0.8 * 3_607_000 + 120_001);
    // The timer that is due now is replaced: another user wants it polled more often.
    const other = volumeSource({
      directory: volume.directory,
      caFile: false,
      namespaceFile: false,
      pollInterval: 5_000,
      clock,
    });
    clock.advance(1);
    expect(stale).toHaveLength(1);
    await other.close();
  });

  test('a late token that another late one replaces is told of anew', () => {
    const { stale } = open({ life: 3607, jti: 'late' });
    clock.advance(3_100_000);
    volume.write({ token: token({ issuedAt: clock.now() - 3_100_000, jti: 'late-too' }) });
    clock.advance(10_000);
    expect(stale.map(({ credential }) => credential.token.claims?.jti)).toEqual(['late', 'late-too']);
  });

  test('a token that comes in time is no alarm, and begins anew', () => {
    const { stale, renewed } = open({ life: 3607 });
    for (let rotation = 0; rotation < 5; rotation += 1) {
      clock.advance(0.8 * 3_607_000 + 90_000);
      volume.write({ token: token() });
    }
    clock.advance(10_000);
    expect(renewed).toHaveLength(5);
    expect(stale).toEqual([]);
    clock.advance(3_607_000);
    expect(stale).toHaveLength(2);
  });
});

test('F12: a token by subPath is served; when it is due and has no name any more, the fault says what it is', () => {
  const { stale, fault } = open({ life: 3607 }, { layout: 'subPath' });
  clock.advance(0.8 * 3_607_000);
  volume.write({ token: token() });
  clock.advance(121_000);
  expect(stale).toHaveLength(1);
  expect(fault.map(({ code }) => code)).toEqual(['ERR_KUBEFRESH_SUBPATH']);
  expect(source.current().token.kind).toBe('bound');
});

test('T2: a legacy token is served for ever, with one warning that says how to leave it', async () => {
  const warnings = recordWarnings();
  open({});
  for (let rotation = 0; rotation < 3; rotation += 1) {
    volume.write({ token: makeLegacyToken() });
    clock.advance(10);
    expect(source.current().token.kind).toBe('legacy');
  }
  expect(source.status()).toMatchObject({ state: 'unlimited', lastFault: { code: 'ERR_KUBEFRESH_TOKEN_LEGACY' } });
  clock.advance(24 * 3_600_000);
  const told = await warnings.stop(volume.root);
  expect(told.map(({ code }) => code)).toEqual(['KUBEFRESH_TOKEN_LEGACY']);
  expect(told[0]?.message).toContain('projected serviceAccountToken volume');
});

describe('T3: a token whose iat or nbf lies ahead', () => {
  test('is held back while its predecessor is valid, with one alarm and without a spin', () => {
    const { fault, renewed } = open({ jti: 'first' });
    volume.write({ token: token({ issuedAt: clock.now() + 300_000, jti: 'second' }) });
    clock.advance(10);
    expect(source.current().token.claims?.jti).toBe('first');
    expect(source.status().state).toBe('not-yet-valid');
    expect(renewed).toHaveLength(1);
    clock.advance(230_000);
    expect(source.current().token.claims?.jti).toBe('first');
    // The API server allows a minute.
    clock.advance(10_000);
    expect(source.current().token.claims?.jti).toBe('second');
    expect(source.status().state).toBe('fresh');
    expect(fault.map(({ code }) => code)).toEqual(['ERR_KUBEFRESH_TOKEN_NOT_YET_VALID']);
  });

  test('is used when its predecessor ends', () => {
    open({ life: 120, jti: 'first' });
    volume.write({ token: token({ issuedAt: clock.now() + 600_000, jti: 'second' }) });
    clock.advance(114_000);
    expect(source.current().token.claims?.jti).toBe('first');
    clock.advance(2_000);
    expect(source.current().token.claims?.jti).toBe('second');
  });

  test('is used when its predecessor is refused', async () => {
    open({ jti: 'first' });
    volume.write({ token: token({ issuedAt: clock.now() + 300_000, jti: 'second' }) });
    clock.advance(10);
    const evidence = { status: 401, origin: 'https://10.96.0.1', sentAt: 0 };
    expect((await source.rejected(source.current(), evidence))?.token.claims?.jti).toBe('second');
    expect(source.current().token.claims?.jti).toBe('second');
  });

  test('is not held back when the server’s Date says that the clock of this node is wrong', () => {
    open({ jti: 'first' });
    source.observeDate?.(new Date(clock.now() + 300_000).toUTCString());
    volume.write({ token: token({ issuedAt: clock.now() + 300_000, jti: 'second' }) });
    clock.advance(10);
    expect(source.current().token.claims?.jti).toBe('second');
    expect(source.status()).toMatchObject({ state: 'fresh' });
  });

  test('is served where it is the only one', () => {
    open({ issuedAt: Date.parse('2026-05-01T13:00:00Z'), jti: 'first' });
    expect(source.current().token.claims?.jti).toBe('first');
    expect(source.status()).toMatchObject({
      state: 'not-yet-valid',
      lastFault: { code: 'ERR_KUBEFRESH_TOKEN_NOT_YET_VALID' },
    });
  });
});

test('T4: a token that is expired at start is served as the last hope, with an alarm', async () => {
  const warnings = recordWarnings();
  open({ issuedAt: Date.parse('2026-05-01T09:00:00Z'), jti: 'old' });
  expect(source.current().token.claims?.jti).toBe('old');
  expect(source.status()).toMatchObject({ state: 'expired', lastFault: { code: 'ERR_KUBEFRESH_TOKEN_STALE' } });
  expect((await warnings.stop(volume.root)).map(({ code }) => code)).toEqual(['KUBEFRESH_TOKEN_STALE']);
});

test('T6: of a 600 s token the successor may land 28 s before the end: the old one serves until then, and nobody is alarmed', () => {
  const { renewed, stale } = open({ life: 600, jti: 'first' });
  clock.advance(572_000);
  expect(source.current().token.claims?.jti).toBe('first');
  expect({ stale, state: source.status().state }).toEqual({ stale: [], state: 'due' });
  volume.write({ token: token({ life: 600, jti: 'second' }) });
  clock.advance(10);
  expect(source.current().token.claims?.jti).toBe('second');
  expect(renewed).toHaveLength(1);
});

describe("T0: an opaque token, in the format 'any'", () => {
  test('is served, read again, and unlimited', () => {
    clock = new ManualClock();
    volume = createProjectedVolume({ files: { token: 'sha256~first' }, layout: 'plain' });
    source = volumeSource({ tokenFile: volume.tokenFile, caFile: false, namespaceFile: false, format: 'any', clock });
    expect(source.current().token.reveal()).toBe('sha256~first');
    expect(source.status()).toMatchObject({ state: 'unlimited', lastFault: undefined });
    volume.write({ token: 'sha256~second\n' });
    clock.advance(10);
    expect(source.current().token.reveal()).toBe('sha256~second');
  });

  test('does not take the place of a JWT, as the first half of one would', () => {
    clock = new ManualClock();
    volume = createProjectedVolume({ files: { token: token({ jti: 'first' }) }, layout: 'plain' });
    source = volumeSource({ tokenFile: volume.tokenFile, caFile: false, namespaceFile: false, format: 'any', clock });
    volume.write({ token: token({ jti: 'second' }).slice(0, 300) });
    clock.advance(10);
    expect(source.current().token.claims?.jti).toBe('first');
    expect(source.status().lastFault?.error.message).toContain('no JWT, although');
  });
});
