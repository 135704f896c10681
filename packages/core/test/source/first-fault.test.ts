import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fallbackSource } from '../../src/source/fallback-source.ts';
import type { CredentialSource } from '../../src/source/types.ts';
import { volumeSource } from '../../src/source/volume-source.ts';
import { makeToken } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordWarnings } from '../support/record-warnings.ts';

let clock: ManualClock;
let volume: ProjectedVolume;
let source: CredentialSource;
beforeEach(() => {
  clock = new ManualClock(Date.now());
  volume = createProjectedVolume({ files: { token: '' } });
  source = volumeSource({ directory: volume.directory, caFile: false, namespaceFile: false, clock });
});
afterEach(async () => {
  await source.close();
  volume[Symbol.dispose]();
});

function codesHeardBy(heard: CredentialSource): string[] {
  const codes: string[] = [];
  heard.on('fault', ({ code }) => codes.push(code));
  return codes;
}

test('F2: what was wrong at the very first read is told to who listens later, once', async () => {
  const first = codesHeardBy(source);
  expect(first).toEqual([]);
  await clock.pass(1_000);
  const second = codesHeardBy(source);
  await clock.pass(1_000);
  expect(first).toEqual(['ERR_KUBEFRESH_TOKEN_MALFORMED']);
  expect(second).toEqual(['ERR_KUBEFRESH_TOKEN_MALFORMED']);
});

test('a fault that is over when the listener could hear it is not told, nor one to who listens no more', async () => {
  const codes: string[] = [];
  const listener = ({ code }: { readonly code: string }) => codes.push(code);
  source.on('fault', listener).off('fault', listener);
  const healed = codesHeardBy(source);
  volume.write({ token: makeToken() });
  clock.advance(100);
  source.current();
  await clock.pass(1_000);
  expect([codes, healed]).toEqual([[], []]);
});

test('of a fallback too', async () => {
  const both = fallbackSource(source, () => volumeSource({ directory: volume.directory, clock }));
  const codes = codesHeardBy(both);
  await clock.pass(1_000);
  expect(codes).toContain('ERR_KUBEFRESH_TOKEN_MALFORMED');
  await both.close();
});

test('who waits in vain for the first token finds in the log why, once', async () => {
  const warnings = recordWarnings();
  const waits = [source.ready(), source.ready()];
  await clock.pass(60_000);
  const said = await warnings.stop(volume.tokenFile);
  expect(said.map(({ code }) => code)).toEqual(['KUBEFRESH_NO_TOKEN']);
  expect(said[0]?.message).toContain('is empty');
  volume.write({ token: makeToken() });
  await clock.pass(1_000);
  await Promise.all(waits);
});
