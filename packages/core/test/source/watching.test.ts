import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { CredentialSource } from '../../src/source/types.ts';
import { volumeSource } from '../../src/source/volume-source.ts';
import { nextEvent, untilServed } from '../support/await-event.ts';
import { runChild } from '../support/child.ts';
import { makeToken } from '../support/make-token.ts';
import { untilWatching } from '../support/until-watching.ts';

const NO_POLL = 3_600_000;

describe('F13: other layouts', () => {
  test.each([
    ['the mount point is a link', { symlinked: true }],
    ['plain files', { layout: 'plain' }],
    ['files that are renamed into place one by one, as some CSI drivers do', { layout: 'csi' }],
  ] as const)('%s: each change is taken by its event', async (_, options) => {
    using volume = createProjectedVolume({ ...options, files: { token: makeToken(), namespace: 'first' } });
    await using source = volumeSource({ directory: volume.directory, pollInterval: NO_POLL });
    for (let rotation = 0; rotation < 20; rotation += 1) {
      const token = makeToken();
      const renewed = nextEvent(source, 'renewed', ({ credential }) => credential.token.reveal() === token);
      volume.write({ token });
      expect((await renewed).reason).toBe('watch');
    }
    const renamed = nextEvent(source, 'renewed');
    volume.write({ namespace: 'second' });
    expect((await renamed).credential).toMatchObject({ namespace: 'second', generation: 22 });
  });

  test('a mount point that is made to point elsewhere', async () => {
    using volume = createProjectedVolume({ symlinked: true, files: { token: makeToken() } });
    using other = createProjectedVolume({ files: { token: makeToken() } });
    await using source = volumeSource({ directory: volume.directory, pollInterval: 20 });
    symlinkSync(other.directory, join(volume.root, 'next'));
    renameSync(join(volume.root, 'next'), volume.directory);
    const token = makeToken();
    const renewed = nextEvent(source, 'renewed', ({ credential }) => credential.token.reveal() === token);
    other.write({ token });
    await renewed;
    await untilWatched(source, other);
  });

  test('a CSI driver’s own links, below a directory of another name than ..data', async () => {
    using volume = createProjectedVolume();
    const write = (version: string, token: string) => {
      mkdirSync(join(volume.directory, version));
      execFileSync('sh', ['-c', 'printf %s "$1" > "$0/token"', join(volume.directory, version), token]);
      symlinkSync(join(version, 'token'), join(volume.directory, 'token_tmp'));
      renameSync(join(volume.directory, 'token_tmp'), volume.tokenFile);
    };
    write('v1', makeToken());
    await using source = volumeSource({ directory: volume.directory, pollInterval: NO_POLL });
    const token = makeToken();
    const renewed = nextEvent(source, 'renewed');
    write('v2', token);
    expect((await renewed).credential.token.reveal()).toBe(token);
  });

  test('a token file of another name, and a CA elsewhere', async () => {
    using volume = createProjectedVolume({ files: { 'vault-token': makeToken(), 'ca.pem': '' } });
    await using source = volumeSource({
      tokenFile: join(volume.directory, 'vault-token'),
      caFile: false,
      pollInterval: NO_POLL,
    });
    const token = makeToken();
    const renewed = nextEvent(source, 'renewed');
    volume.write({ 'vault-token': token });
    expect((await renewed).credential.token.reveal()).toBe(token);
  });
});

describe('F14: what the machine and the environment do to a watcher', () => {
  afterEach(() => vi.unstubAllEnvs());

  test.skipIf(!mayUnshareUser())(
    'without inotify: one warning and one fault, poll and look on use take over, watching resumes',
    async () => {
      const { stdout, stderr } = await runChild('without-inotify.ts', { under: ['unshare', '-Ur'] });
      expect(JSON.parse(stdout || stderr)).toMatchObject({
        before: { watcher: 'polling', reasons: ['poll'], faults: ['ERR_KUBEFRESH_WATCH_FAILED'] },
        onUse: true,
        after: 'watching',
        faults: ['ERR_KUBEFRESH_WATCH_FAILED'],
        warnings: ['KUBEFRESH_WATCH_FAILED'],
      });
    },
  );

  test.each([
    ['CHOKIDAR_INTERVAL', 'fast'],
    ['CHOKIDAR_USEPOLLING', '1'],
    ['CHOKIDAR_USEPOLLING', 'false'],
  ])('%s=%s of the host program changes nothing, and stays the host’s', async (name, value) => {
    vi.stubEnv('CHOKIDAR_USEPOLLING', '1');
    vi.stubEnv(name, value);
    using volume = createProjectedVolume({ files: { token: makeToken() } });
    await using source = volumeSource({ directory: volume.directory, pollInterval: NO_POLL });
    await untilWatched(source, volume);
    await untilWatching(source);
    expect(process.env[name]).toBe(value);
  });
});

/** Rotates until an event tells of it. */
async function untilWatched(source: CredentialSource, volume: ProjectedVolume): Promise<void> {
  for (let reason = ''; reason !== 'watch'; ) {
    const token = makeToken();
    const renewed = nextEvent(source, 'renewed', ({ credential }) => credential.token.reveal() === token);
    volume.write({ token });
    ({ reason } = await renewed);
    await untilServed(source, token);
  }
}

function mayUnshareUser(): boolean {
  try {
    execFileSync('unshare', ['-Ur', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
