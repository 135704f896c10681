import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClosedError, InvalidOptionError } from '../../src/errors.ts';
import type { CredentialSource } from '../../src/source/types.ts';
import { type VolumeSourceOptions, volumeSource } from '../../src/source/volume-source.ts';
import { nextEvent } from '../support/await-event.ts';
import { makeToken } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordEvents } from '../support/record-events.ts';
import { untilTrue, untilWatching } from '../support/until-watching.ts';

let volume: ProjectedVolume;
let sources: CredentialSource[];
beforeEach(() => {
  volume = createProjectedVolume({ files: { token: makeToken() } });
  sources = [];
});
afterEach(async () => {
  await Promise.all(sources.map((source) => source.close()));
  volume[Symbol.dispose]();
});

function open(options: VolumeSourceOptions = {}): CredentialSource {
  const source = volumeSource({ directory: volume.directory, ...options });
  sources.push(source);
  return source;
}

/** inotify watches of this process. */
function watches(): number {
  let found = 0;
  for (const fd of readdirSync('/proc/self/fdinfo')) {
    try {
      found += readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^inotify wd/gmu)?.length ?? 0;
    } catch {
      // The descriptor of the listing itself.
    }
  }
  return found;
}

describe('P2: ten sources on one directory', () => {
  test('have one credential and one watcher; the tenth lives when nine are closed', async () => {
    const clock = new ManualClock(Date.now());
    const before = watches();
    open({ clock });
    await untilWatching(sources[0] as CredentialSource);
    const one = watches();
    expect(one).toBeGreaterThan(before);
    for (let source = 1; source < 10; source += 1) open({ clock });
    expect(new Set(sources.map((source) => source.current())).size).toBe(1);
    expect(watches()).toBe(one);
    // The poll, and the time step that current() asked for.
    expect(clock.armed.all).toBe(2);
    await Promise.all(sources.slice(0, 9).map((source) => source.close()));
    const last = sources[9] as CredentialSource;
    const token = makeToken();
    const renewed = nextEvent(last, 'renewed');
    volume.write({ token });
    expect((await renewed).credential.token.reveal()).toBe(token);
    for (const source of sources.slice(0, 9)) expect(() => source.current()).toThrow(ClosedError);
    await last.close();
    expect(clock.armed.all).toBe(0);
    await untilTrue(() => watches() === before);
  });

  test('are known by the real directory', () => {
    const link = join(volume.root, 'link');
    symlinkSync(volume.directory, link);
    expect(open({ directory: link }).current()).toBe(open().current());
    expect(open({ directory: `${volume.directory}/../serviceaccount/` }).current()).toBe(open().current());
  });

  test('share nothing where the files, the format or the clock differ', () => {
    const all = [
      open(),
      open({ format: 'any' }),
      open({ caFile: false }),
      open({ namespaceFile: 'elsewhere' }),
      open({ clock: new ManualClock(Date.now()) }),
    ];
    expect(new Set(all.map((source) => source.current())).size).toBe(all.length);
  });

  test('are polled as often as the most eager of them wants', () => {
    const clock = new ManualClock(Date.now());
    open({ clock, pollInterval: 3_600_000 });
    open({ clock, pollInterval: 50 });
    open({ clock, pollInterval: 1_000 });
    const { renewed } = recordEvents(sources[0] as CredentialSource);
    volume.write({ token: makeToken() });
    clock.advance(50);
    expect(renewed).toMatchObject([{ reason: 'poll' }]);
  });

  test('hear each event, each with the listeners of its own', () => {
    const clock = new ManualClock(Date.now());
    const heard = [open({ clock }), open({ clock })].map(recordEvents);
    void sources[0]?.close();
    volume.write({ token: makeToken() });
    clock.advance(10_000);
    expect(heard.map(({ renewed }) => renewed.length)).toEqual([0, 1]);
  });
});

describe('P3: close', () => {
  test('is idempotent, of this handle alone, and ends what waits with a ClosedError', async () => {
    using empty = createProjectedVolume();
    const [one, two] = [open({ directory: empty.directory }), open({ directory: empty.directory })];
    const waits = [one.ready(), one.ready({ signal: new AbortController().signal }), one.renew()];
    const other = two.ready();
    await Promise.all([one.close(), one.close()]);
    for (const wait of waits) await expect(wait).rejects.toBeInstanceOf(ClosedError);
    empty.write({ token: makeToken() });
    expect((await other).token.kind).toBe('bound');
  });

  test('later calls throw or reject with ClosedError; status() and rejected() never throw', async () => {
    const source = open();
    const credential = source.current();
    await source[Symbol.asyncDispose]();
    expect(() => source.current()).toThrow(ClosedError);
    await expect(source.ready()).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
    await expect(source.renew()).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
    expect(source.status()).toMatchObject({ watcher: 'closed', state: 'fresh' });
    expect(source.rejected(credential, { status: 401, origin: '', sentAt: 0 })).toBeUndefined();
    source.observeDate?.('never');
    expect(source.on('renewed', () => {}).off('renewed', () => {})).toBe(source);
  });

  test('from a listener, in the middle of a read, is heard', () => {
    const clock = new ManualClock(Date.now());
    const source = open({ clock });
    source.on('renewed', () => source.close());
    volume.write({ token: makeToken() });
    clock.advance(10_000);
    expect(source.status().watcher).toBe('closed');
    expect(clock.armed.all).toBe(0);
  });

  test('a source opened anew on the directory begins anew', async () => {
    const first = open();
    const held = first.current();
    await first.close();
    expect(open().current()).toMatchObject({ generation: 1 });
    expect(open().current()).not.toBe(held);
  });
});

describe('options', () => {
  test.each([
    ['pollInterval', { pollInterval: 9 }],
    ['pollInterval', { pollInterval: Number.NaN }],
    ['pollInterval', { pollInterval: 3_600_001 }],
    ['format', { format: 'yaml' as 'jwt' }],
    ['directory', { directory: '' }],
    ['directory', { directory: 5 as never }],
    ['tokenFile', { tokenFile: '' }],
    ['caFile', { caFile: '' }],
    ['caFile', { caFile: true as never }],
    ['namespaceFile', { namespaceFile: null as never }],
  ])('%s out of range is refused: %j', (option, options) => {
    const opened = () => volumeSource({ directory: volume.directory, ...options });
    expect(opened).toThrow(InvalidOptionError);
    expect(opened).toThrow(expect.objectContaining({ option, code: 'ERR_KUBEFRESH_INVALID_OPTION' }));
  });
});
