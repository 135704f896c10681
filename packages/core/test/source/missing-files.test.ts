import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { CredentialUnavailableError } from '../../src/errors.ts';
import type { CredentialSource } from '../../src/source/types.ts';
import { volumeSource } from '../../src/source/volume-source.ts';
import { nextEvent } from '../support/await-event.ts';
import { makeToken } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { recordEvents } from '../support/record-events.ts';
import { untilWatching } from '../support/until-watching.ts';

let volume: ProjectedVolume;
let source: CredentialSource;
afterEach(async () => {
  await source.close();
  volume[Symbol.dispose]();
});

describe('F3: missing at start', () => {
  test.each([
    ['the directory', { missing: true }],
    ['the token', {}],
  ])('%s: current() says so, ready() waits until it appears', async (_, options) => {
    volume = createProjectedVolume(options);
    source = volumeSource({ directory: volume.directory });
    expect(() => source.current()).toThrow(CredentialUnavailableError);
    expect(() => source.current()).toThrow(/There is no token in .+serviceaccount yet: .+token does not exist/su);
    expect(source.status()).toMatchObject({ state: 'empty', generation: 0, age: undefined, lifetime: undefined });
    const ready = source.ready();
    const token = makeToken();
    volume.write({ token });
    expect((await ready).token.reveal()).toBe(token);
    expect(source.current().token.reveal()).toBe(token);
  });

  test('ready() answers at once where there is one', async () => {
    const token = makeToken();
    volume = createProjectedVolume({ files: { token } });
    source = volumeSource({ directory: volume.directory });
    expect((await source.ready()).token.reveal()).toBe(token);
  });

  test('the AtomicWriter commits its first files before it links them: a look between the two is not the last', () => {
    volume = createProjectedVolume();
    const clock = new ManualClock(Date.now());
    source = volumeSource({ directory: volume.directory, clock });
    for (const step of volume.writeSteps({ token: makeToken() })) {
      clock.advance(10);
      if (step !== 'links' && step !== 'cleanup') expect(() => source.current()).toThrow(CredentialUnavailableError);
    }
    clock.advance(10);
    expect(source.current().token.kind).toBe('bound');
  });

  test('an empty token at start is none: the cause says why', () => {
    volume = createProjectedVolume({ files: { token: '\n' } });
    source = volumeSource({ directory: volume.directory });
    expect(() => source.current()).toThrow(/token: The token is empty/u);
  });
});

describe('F4: removed after start', () => {
  const remove: [string, (volume: ProjectedVolume) => void][] = [
    ['the token', (volume) => volume.spoil('missing')],
    ['the directory', (volume) => volume.remove()],
  ];
  test.each(remove)('%s: one fault, the held one serves on, the restored one is taken', async (_, removeIt) => {
    const first = makeToken();
    volume = createProjectedVolume({ files: { token: first, namespace: 'first' } });
    const options = { directory: volume.directory, caFile: false, namespaceFile: false, pollInterval: 20 } as const;
    source = volumeSource(options);
    const events = recordEvents(source);
    const fault = nextEvent(source, 'fault');
    removeIt(volume);
    expect(await fault).toMatchObject({ code: 'ERR_KUBEFRESH_FILE_UNREADABLE' });
    expect(source.current().token.reveal()).toBe(first);
    expect(source.status()).toMatchObject({ state: 'fresh', lastFault: { code: 'ERR_KUBEFRESH_FILE_UNREADABLE' } });

    const second = makeToken();
    const renewed = nextEvent(source, 'renewed');
    volume.recreate({ token: second });
    expect((await renewed).credential.token.reveal()).toBe(second);
    // The new directory is watched, too: at the latest the poll after this one's watcher stands, which may come before its event.
    const watched = nextEvent(source, 'renewed', ({ reason }) => reason === 'watch');
    const writeNext = () => volume.write({ token: makeToken() });
    source.on('renewed', writeNext);
    writeNext();
    await watched;
    source.off('renewed', writeNext);
    expect(events.fault).toHaveLength(1);
  });

  test('the directory, and created anew before any poll: the new one is watched from the next', async () => {
    volume = createProjectedVolume({ files: { token: makeToken() } });
    const names = { directory: volume.directory, caFile: false, namespaceFile: false } as const;
    const clock = new ManualClock(Date.now());
    source = volumeSource({ ...names, clock });
    await untilWatching(source);
    volume.remove();
    volume.recreate({ token: makeToken() });
    await nextEvent(source, 'renewed');
    clock.advance(10_000);
    await untilWatching(source);
    const renewed = nextEvent(source, 'renewed');
    volume.write({ token: makeToken() });
    expect((await renewed).reason).toBe('watch');
  });

  test('the directory, while nothing but looks on use can tell', () => {
    const clock = new ManualClock(Date.now());
    const first = makeToken();
    const second = makeToken();
    volume = createProjectedVolume({ files: { token: first } });
    source = volumeSource({ directory: volume.directory, clock });
    volume.remove();
    clock.advance(10);
    expect(source.current().token.reveal()).toBe(first);
    volume.recreate({ token: second });
    clock.advance(10);
    expect(source.current().token.reveal()).toBe(second);
  });
});
