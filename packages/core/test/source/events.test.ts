import diagnostics from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KubefreshError } from '../../src/errors.ts';
import { Emitter } from '../../src/events.ts';
import type { CredentialSource } from '../../src/source/types.ts';
import { volumeSource } from '../../src/source/volume-source.ts';
import { Token } from '../../src/token/token.ts';
import { CA_ONE } from '../support/certificates.ts';
import { makeToken } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordEvents } from '../support/record-events.ts';

const NAMES = ['renewed', 'stale', 'rejected', 'fault'] as const;

let clock: ManualClock;
let volume: ProjectedVolume;
let source: CredentialSource;
let texts: string[];
beforeEach(() => {
  clock = new ManualClock(Date.parse('2026-05-01T12:00:00Z'));
  texts = [];
  volume = createProjectedVolume({ files: { token: token(), 'ca.crt': CA_ONE, namespace: 'default' } });
  source = volumeSource({ directory: volume.directory, clock });
});
afterEach(async () => {
  await source.close();
  volume[Symbol.dispose]();
});

function token(): string {
  const text = makeToken({ issuedAt: clock.now() });
  texts.push(text);
  return text;
}

/** Makes a source tell all that it can tell. */
async function tellAll(): Promise<void> {
  volume.write({ token: token() });
  clock.advance(10_000);
  void source.rejected(source.current(), { status: 401, origin: 'https://10.96.0.1', sentAt: 0, auditId: 'audit-1' });
  volume.spoil('half');
  clock.advance(10_000);
  volume.spoil('two-lines');
  clock.advance(10_000);
  volume.write({ token: makeToken({ issuedAt: clock.now() - 3_600_000, jti: 'older' }) });
  await clock.pass(3_607_000);
}

describe('events', () => {
  test('renewed has what is new, what was before, and why', () => {
    const { renewed } = recordEvents(source);
    const first = source.current();
    volume.write({ token: token() });
    clock.advance(10);
    const second = source.current();
    volume.write({ namespace: 'other' });
    clock.advance(10_000);
    const third = source.current();
    expect(renewed).toEqual([
      { credential: second, previous: first, reason: 'use' },
      { credential: third, previous: second, reason: 'poll' },
    ]);
    expect(third.token).toBe(second.token);
    expect(Object.isFrozen(third)).toBe(true);
  });

  test('off ends them', () => {
    const heard: unknown[] = [];
    const listener = (event: unknown) => heard.push(event);
    source.on('renewed', listener).on('fault', listener).off('renewed', listener);
    volume.write({ token: token() });
    clock.advance(10_000);
    expect(heard).toEqual([]);
    volume.spoil('empty');
    clock.advance(10_000);
    expect(heard).toHaveLength(1);
    source.off('fault', listener).off('fault', listener);
    volume.spoil('garbage');
    clock.advance(10_000);
    expect(heard).toHaveLength(1);
  });

  test('a listener that throws or rejects, whatever with, stops neither the others nor the renewal', async () => {
    const codes: unknown[] = [];
    const listen = (warning: Error & { code?: unknown }) => codes.push(warning.code);
    process.on('warning', listen);
    const bad: (() => unknown)[] = [
      () => {
        throw new Error('mine');
      },
      () => {
        throw Object.create(null);
      },
      async () => {
        throw undefined;
      },
      // A promise of another library or realm.
      () => Object.fromEntries([['then', (_: unknown, reject: (reason: unknown) => void) => reject(Symbol('no'))]]),
      () => Object.defineProperty({}, 'then', { get: () => expect.unreachable() }),
    ];
    const emitter = new Emitter<{ done: { readonly count: number } }>();
    const heard: number[] = [];
    for (const listener of bad) emitter.on('done', listener as () => void);
    emitter.on('done', ({ count }) => heard.push(count));
    emitter.emit('done', { count: 1 });
    for (const listener of bad) source.on('renewed', listener as () => void);
    const text = token();
    volume.write({ token: text });
    clock.advance(10);
    expect(source.current().token.reveal()).toBe(text);
    expect(heard).toEqual([1]);
    await clock.pass(0);
    await clock.pass(0);
    process.off('warning', listen);
    expect(codes.filter((code) => code === 'KUBEFRESH_LISTENER_FAILED')).toHaveLength(2 * bad.length);
  });

  test('a listener that adds and removes listeners meets no surprise', () => {
    const emitter = new Emitter<{ done: object }>();
    const heard: string[] = [];
    const second = () => heard.push('second');
    const first = () => {
      heard.push('first');
      emitter.off('done', first);
      emitter.off('done', second);
      emitter.on('done', () => heard.push('late'));
    };
    emitter.on('done', first);
    emitter.on('done', second);
    emitter.emit('done', {});
    emitter.emit('done', {});
    expect(heard).toEqual(['first', 'second', 'late']);
    expect(emitter.idle).toBe(false);
  });
});

describe('no token is shown', () => {
  const show = (value: unknown) =>
    [
      inspect(value, { showHidden: true, depth: Number.POSITIVE_INFINITY, getters: true }),
      inspect(value, { customInspect: false, showHidden: true, depth: Number.POSITIVE_INFINITY }),
      JSON.stringify(value),
      String(value),
    ].join('\n');

  function expectHidden(shown: string): void {
    for (const text of texts)
      for (const part of text.split('.').slice(1)) expect(shown).not.toContain(part.slice(0, 60));
  }

  test('by events, status, credential, source and what is thrown', async () => {
    const events = recordEvents(source);
    await tellAll();
    for (const name of NAMES) expect(events[name].length, name).toBeGreaterThan(0);
    expectHidden(show(events));
    for (const { error } of events.fault) expectHidden(`${show(error)}${error.stack}${show(error.cause)}`);
    expectHidden(show(source.status()));
    expectHidden(show(source.current()));
    expectHidden(show(source));
    expect(show(source.current())).toContain('[Token jti=');
    await source.close();
    await source.ready().catch((error: unknown) => expectHidden(show(error)));
  });

  test('by the process-wide channels, which name their source and have claims, and no Token to reveal', async () => {
    const heard: { name: string; message: unknown }[] = [];
    const subscribe = (message: unknown, name: string | symbol) => heard.push({ name: String(name), message });
    for (const name of NAMES) diagnostics.subscribe(`kubefresh:${name}`, subscribe);
    await tellAll();
    for (const name of NAMES) diagnostics.unsubscribe(`kubefresh:${name}`, subscribe);
    expect(new Set(heard.map(({ name }) => name))).toEqual(new Set(NAMES.map((name) => `kubefresh:${name}`)));
    for (const { message } of heard) {
      expect(message).toMatchObject({ source: volume.directory });
      expect(tokensIn(message)).toEqual([]);
    }
    expectHidden(show(heard));
    expect(heard.find(({ name }) => name === 'kubefresh:renewed')?.message).toMatchObject({
      credential: { kind: 'bound', claims: { namespace: 'default' }, generation: 2 },
      reason: expect.any(String),
    });
  });
});

test('KubefreshError.is knows the errors of another copy of this package, and nobody else’s', async () => {
  const path = '../../src/errors.ts?another-copy';
  const copy: typeof import('../../src/errors.ts') = await import(path);
  expect(copy.KubefreshError).not.toBe(KubefreshError);
  const theirs = new copy.ClosedError('source');
  expect(theirs).not.toBeInstanceOf(KubefreshError);
  expect(KubefreshError.is(theirs)).toBe(true);
  expect(KubefreshError.is(theirs, 'ERR_KUBEFRESH_CLOSED')).toBe(true);
  expect(KubefreshError.is(theirs, 'ERR_KUBEFRESH_INSECURE')).toBe(false);
  for (const other of [new Error('x'), null, undefined, 'ERR_KUBEFRESH_CLOSED', { code: 'ERR_KUBEFRESH_CLOSED' }]) {
    expect(KubefreshError.is(other)).toBe(false);
  }
});

/** Each `Token` that can be reached from `value`. */
function tokensIn(value: unknown, seen = new Set<unknown>()): Token[] {
  if (value instanceof Token) return [value];
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  return Reflect.ownKeys(value).flatMap((key) => tokensIn(Reflect.get(value, key), seen));
}
