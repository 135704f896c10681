import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSubPath } from '../../src/volume/inspect.ts';
import { layout } from '../../src/volume/layout.ts';
import { runChild } from '../support/child.ts';
import { makeToken } from '../support/make-token.ts';

describe('F12: subPath', () => {
  test('a whole volume is none, nor are plain files, nor is nothing', () => {
    for (const options of [{ files: { token: 'one' } }, { files: { token: 'one' }, layout: 'plain' }, {}] as const) {
      using volume = createProjectedVolume(options);
      expect(isSubPath(layout({ directory: volume.directory }))).toBe(false);
      volume.write({ token: 'two' });
      expect(isSubPath(layout({ directory: volume.directory }))).toBe(false);
    }
  });

  test('a file that has no name any more is one', () => {
    using volume = createProjectedVolume({ layout: 'subPath', files: { token: 'one' } });
    volume.write({ token: 'two' });
    expect(isSubPath(layout({ directory: volume.directory }))).toBe(true);
  });

  test('what is out of reach is none, and throws nothing', () => {
    using volume = createProjectedVolume();
    symlinkSync('token', volume.tokenFile);
    expect(isSubPath(layout({ directory: volume.directory }))).toBe(false);
  });

  describe.skipIf(!mayMount())('by a real bind mount', () => {
    let root: string;
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'kubefresh-mount-'));
    });
    afterEach(() => rmSync(root, { recursive: true }));

    test('is named at start, before any swap, also where the path leads through a link (/var/run)', async () => {
      using volume = createProjectedVolume({ files: { token: makeToken() } });
      mkdirSync(join(root, 'run/account'), { recursive: true });
      symlinkSync('run', join(root, 'link'));
      const mount = 'touch "$2/run/account/token" && mount --bind "$1" "$2/run/account/token" && shift 2 && exec "$@"';
      const under = ['unshare', '-m', 'sh', '-c', mount, 'sh', volume.tokenFile, root];
      const { stdout, stderr } = await runChild('print-status.ts', { under, args: [join(root, 'link/account')] });
      expect(JSON.parse(stdout)).toMatchObject({ state: 'fresh', code: 'ERR_KUBEFRESH_SUBPATH' });
      expect(stderr).toContain('KUBEFRESH_SUBPATH');
      expect(stderr).toContain('mounted by subPath');
    });
  });
});

function mayMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
