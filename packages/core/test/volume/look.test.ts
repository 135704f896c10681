import { renameSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProjectedVolume, type VolumeOptions } from '@kubefresh/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { layout } from '../../src/volume/layout.ts';
import { Look } from '../../src/volume/look.ts';

const disposables: Disposable[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const disposable of disposables.splice(0)) disposable[Symbol.dispose]();
});

function create(options: VolumeOptions) {
  const volume = createProjectedVolume(options);
  disposables.push(volume);
  return { volume, look: new Look(layout({ directory: volume.directory })) };
}

/** What a plain file looks like once its time stamp can be told from that of the next write. */
function settled(): void {
  vi.spyOn(systemClock, 'now').mockImplementation(() => Date.now() + 1_000);
}

describe('a look at the kubelet’s volume', () => {
  test('answers true at first, then for each swap once', () => {
    const { volume, look } = create({ files: { token: 'one' } });
    expect([look.changed(), look.changed()]).toEqual([true, false]);
    volume.write({ token: 'two' });
    expect([look.changed(), look.changed()]).toEqual([true, false]);
  });

  test('F2: sees the second of two swaps, however close', () => {
    const { volume, look } = create({ files: { token: 'one' } });
    look.changed();
    volume.write({ token: 'two' });
    volume.write({ token: 'one' });
    expect(look.changed()).toBe(true);
  });

  test('sees files outside the directory too', () => {
    const { volume } = create({ files: { token: 'one' } });
    const outside = join(volume.root, 'ca.pem');
    writeFileSync(outside, 'one');
    const look = new Look(layout({ directory: volume.directory, caFile: outside }));
    settled();
    expect([look.changed(), look.changed()]).toEqual([true, false]);
    writeFileSync(outside, 'three');
    expect(look.changed()).toBe(true);
  });
});

describe('F13: a look at plain files', () => {
  test('sees each write, the rename of another file, and that it is gone', () => {
    const { volume, look } = create({ layout: 'plain', files: { token: 'one' } });
    settled();
    expect([look.changed(), look.changed()]).toEqual([true, false]);
    volume.write({ token: 'three' });
    expect([look.changed(), look.changed()]).toEqual([true, false]);
    writeFileSync(join(volume.root, 'next'), 'three');
    renameSync(join(volume.root, 'next'), volume.tokenFile);
    expect([look.changed(), look.changed()]).toEqual([true, false]);
    unlinkSync(volume.tokenFile);
    expect([look.changed(), look.changed()]).toEqual([true, false]);
  });

  test('sees a rename of a file with the same size and times', () => {
    const { volume, look } = create({ layout: 'plain', files: { token: 'one' } });
    const next = join(volume.root, 'next');
    writeFileSync(next, 'two');
    for (const path of [next, volume.tokenFile]) utimesSync(path, 1, 1);
    settled();
    look.changed();
    renameSync(next, volume.tokenFile);
    expect(look.changed()).toBe(true);
  });

  test('F8: does not trust a file that changed just now: it may change again within one tick of its time stamp', () => {
    const { volume, look } = create({ layout: 'plain', files: { token: 'one' } });
    const changed = [look.changed()];
    // Whatever the time stamps make of it.
    for (let write = 0; write < 50; write += 1) {
      volume.write({ token: write % 2 === 0 ? 'two' : 'one' });
      changed.push(look.changed());
    }
    expect(changed).not.toContain(false);
  });

  test('P7: the mocked date of a user’s test makes no file old', async () => {
    const { volume, look } = create({ layout: 'plain' });
    vi.spyOn(Date, 'now').mockReturnValue(0);
    // Again where the machine took longer than a file counts as changing.
    await vi.waitFor(() => {
      volume.write({ token: `${performance.now()}` });
      expect([look.changed(), look.changed()]).toEqual([true, true]);
    });
  });

  test('takes what it may not search for something that is not there, and does not throw', () => {
    const { volume, look } = create({ layout: 'plain' });
    symlinkSync('token', volume.tokenFile);
    expect(look.changed()).toBe(true);
    unlinkSync(volume.tokenFile);
    volume.write({ token: 'one' });
    expect(look.changed()).toBe(true);
  });
});
