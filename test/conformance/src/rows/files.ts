import assert from 'node:assert/strict';
import type { SpoilKind } from '@kubefresh/testing';
import { PATHS } from '../driver.ts';
import type { Row } from '../row.ts';
import { Stage } from '../stage.ts';

/** What happens to the files of the volume. */
export const fileRows: readonly Row[] = [
  {
    id: 'F1',
    group: 'files',
    title: '20 rotations under 20-way load, the old token refused at once: 0 failed',
    paths: ['list'],
    async run(stage, path) {
      await stage.perform(path);
      let rotating = true;
      const load = Array.from({ length: 20 }, async () => {
        while (rotating) await stage.perform(path);
      });
      const rotations = (async () => {
        for (let count = 0; count < 20; count += 1) {
          const token = await stage.rotate();
          await stage.server.journal.waitFor(({ jti, status }) => jti === token.jti && status === 200, {
            from: stage.start,
          });
        }
        rotating = false;
      })();
      await Promise.all([rotations, ...load]).finally(() => {
        rotating = false;
      });
    },
  },
  {
    id: 'F2',
    group: 'files',
    title: 'two swaps at once: the last one is used',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      await stage.rotate();
      await stage.rotate();
      await stage.perform(path);
    },
  },
  {
    id: 'F3',
    group: 'files',
    title: 'the token is missing at start and appears later: the request waits for it',
    paths: PATHS,
    early: true,
    async run(stage, path) {
      const outcome = stage.perform(path);
      // Its rejection, if any, is looked at when the token is there.
      outcome.catch(() => {});
      await stage.rotate({ keepOld: true });
      await outcome;
    },
  },
  {
    id: 'F4',
    group: 'files',
    title: 'the directory is removed: the token serves on; created again: the new one is used',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      stage.volume.remove();
      await stage.perform(path);
      stage.volume.recreate();
      await stage.rotate();
      await stage.perform(path);
    },
  },
  spoiled('F5', 'an empty or blank token: the old one serves', ['empty', 'blank', 'newlines']),
  {
    id: 'F6',
    group: 'files',
    title: 'a trailing newline, CRLF, a byte order mark: trimmed',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      for (const [before, after] of [
        ['', '\n'],
        ['', '\r\n'],
        ['\uFEFF', ''],
      ] as const) {
        await stage.rotate({ wrap: (token) => `${before}${token}${after}` });
        await stage.perform(path);
      }
    },
  },
  spoiled('F7', 'control characters, two lines: the old one serves', ['control-characters', 'two-lines']),
  spoiled('F8', 'half a token, the rest later: the old one serves, then the new one', ['half']),
  spoiled('F9', 'garbage, 1 MiB, a directory, a FIFO: the old one serves, and nothing blocks', [
    'garbage',
    'oversized',
    'directory',
    'fifo',
  ]),
  {
    id: 'F10',
    group: 'files',
    title: 'an older token comes back: the newer one is used on',
    paths: ['list'],
    async run(stage, path) {
      await stage.perform(path);
      const older = await stage.server.mint({ issuedAt: Date.now() - 60_000 });
      stage.volume.write({ token: older });
      await stage.perform(path);
      await stage.perform(path);
      assert.ok(!stage.requests.some(({ jti }) => jti === older.jti), 'the older token was sent');
    },
  },
  {
    id: 'F13',
    group: 'files',
    title: 'plain files, a CSI driver, a mount point that is a link: rotations are seen',
    paths: ['list'],
    async run(stage, path) {
      for (const volume of [{ layout: 'plain' }, { layout: 'csi' }, { symlinked: true }] as const) {
        await using other = await Stage.set(stage.driver, stage.server, { volume });
        await other.perform(path);
        await other.rotate();
        await other.perform(path);
      }
    },
  },
  {
    id: 'F15',
    group: 'files',
    title: 'ca.crt missing or empty: the old CA serves',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      for (const kind of ['missing', 'empty'] as const) {
        stage.volume.spoil(kind, 'ca.crt');
        await stage.performMany(path);
      }
    },
  },
];

function spoiled(id: string, title: string, kinds: readonly SpoilKind[]): Row {
  return {
    id,
    group: 'files',
    title,
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      for (const kind of kinds) {
        stage.volume.spoil(kind);
        await stage.perform(path);
        await stage.rotate();
        await stage.perform(path);
      }
    },
  };
}
