import { volumeSource } from '@kubefresh/core';
import { createProjectedVolume } from '@kubefresh/testing';
import { expect, it } from 'vitest';
import { makeToken } from '../support/make-token.ts';

const evidence = { status: 401, origin: 'https://10.0.0.1', sentAt: 0 };

it.each([
  ['before the refusal came back', true],
  ['because of the refusal', false],
])('S1: does not fall back on a token that was refused itself: successor seen %s', async (_, seenBefore) => {
  using volume = createProjectedVolume({
    files: { token: makeToken({ jti: 'old' }), 'ca.crt': '', namespace: 'default' },
  });
  await using source = volumeSource({ directory: volume.directory });
  const old = source.current();
  volume.write({ token: makeToken({ jti: 'new' }) });
  if (seenBefore) await source.renew();
  const next = await source.rejected(old, evidence);
  if (next === undefined) throw new Error('The successor should have been found.');
  expect(next.token.claims?.jti).toBe('new');
  const answer = source.rejected(next, evidence);
  volume.write({ token: makeToken({ jti: 'newest' }) });
  expect((await answer)?.token.claims?.jti).toBe('newest');
});

it('S1: nor on one that was refused before its successor was there', async () => {
  using volume = createProjectedVolume({
    files: { token: makeToken({ jti: 'old' }), 'ca.crt': '', namespace: 'default' },
  });
  await using source = volumeSource({ directory: volume.directory });
  const waiting = source.rejected(source.current(), evidence);
  expect(waiting).toBeInstanceOf(Promise);
  volume.write({ token: makeToken({ jti: 'new' }) });
  const next = await waiting;
  if (next === undefined) throw new Error('The successor should have been found.');
  expect(next.token.claims?.jti).toBe('new');
  expect(source.rejected(next, evidence)).toBeInstanceOf(Promise);
  expect(source.current().token.claims?.jti).toBe('new');
});

it('S2: still falls back on a predecessor of which no refusal is known', async () => {
  using volume = createProjectedVolume({
    files: { token: makeToken({ jti: 'old' }), 'ca.crt': '', namespace: 'default' },
  });
  await using source = volumeSource({ directory: volume.directory });
  const old = source.current();
  volume.write({ token: makeToken({ jti: 'new' }) });
  const next = await source.renew();
  expect((await source.rejected(next, evidence))?.token).toBe(old.token);
});
