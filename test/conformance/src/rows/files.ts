import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { JournalEntry, MintedToken, SpoilKind } from '@kubefresh/testing';
import { PATHS, type Path } from '../driver.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';
import { within } from '../within.ts';

/** Usually the next request, 10 ms later, has it; a stock client may never have it, ms. */
const USED_WITHIN = { kubefresh: 10_000, stock: 500 };
/** What cannot stand in a header, and its code point. */
const STRANGERS = [
  ['\u0007', '0007'],
  [' ', '0020'],
  ['\n', '000A'],
] as const;

/** What happens to the files of the volume. */
export const fileRows: readonly Row[] = [
  {
    id: 'F2',
    group: 'files',
    title: 'two swaps at once, then one as soon as the one before is used: the last one is used',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      const tokens = [];
      for (let count = 0; count < 4; count += 1) tokens.push(await stage.server.mint());
      const [first, second, third, last] = tokens as [MintedToken, MintedToken, MintedToken, MintedToken];
      stage.volume.write({ token: first });
      stage.volume.write({ token: second });
      // All of them are good: that there is another has to be noticed without a 401.
      await stage.performUntil(used(stage, second), path);
      stage.volume.write({ token: third });
      // It was read a few milliseconds ago.
      const swapped = used(stage, third).then(() => stage.volume.write({ token: last }));
      const usedAtLast = swapped.then(() => used(stage, last));
      await stage.performUntil(usedAtLast, path);
    },
  },
  {
    id: 'F3',
    group: 'files',
    title:
      'the token is missing at start and appears later: the request waits for it, or fails at once and the next is served',
    paths: PATHS,
    early: true,
    async run(stage, path) {
      if (stage.driver.resends === false) {
        // Who cannot wait fails at once.
        await assert.rejects(stage.perform(path), isUnavailable);
        await stage.rotate({ keepOld: true });
        return within(10_000, 'not served', served(stage, path));
      }
      const outcome = stage.perform(path);
      // Its rejection, if any, is looked at when the token is there.
      outcome.catch(() => {});
      await stage.untilItWaits();
      await stage.rotate({ keepOld: true });
      await outcome;
    },
  },
  {
    id: 'F4',
    group: 'files',
    title:
      'the token, or the whole directory, is removed: it serves on, one report; created again: the new one is used',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      stage.volume.spoil('missing');
      for (let count = 0; count < 3; count += 1) await stage.perform(path);
      await stage.reportedByUs(/kubefresh:fault/);
      assert.ok(stage.said().length <= 1, 'more than one report');
      // The old one is good still: that there is another has to be noticed without a 401.
      await stage.performUntil(used(stage, await stage.rotate({ keepOld: true })), path);
      const { length } = stage.said();
      stage.volume.remove();
      await stage.perform(path);
      // Not before it was seen to be gone.
      await stage.reportedByUs(/kubefresh:fault/, length);
      await stage.perform(path);
      stage.volume.recreate();
      // The first may be found by the read that follows a refused one; the second only where all is as before.
      await stage.performUntil(used(stage, await stage.rotate({ keepOld: true })), path);
      await stage.performUntil(used(stage, await stage.rotate({ keepOld: true })), path);
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
  {
    id: 'F7',
    group: 'files',
    title:
      'control characters, spaces inside, two lines: the old one serves; the report names place and code point, not the text',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      for (const [stranger, codePoint] of STRANGERS) {
        await stage.rotate({ keepOld: true, wrap: (token) => `${token.slice(0, 20)}${stranger}${token.slice(20)}` });
        await stage.perform(path);
        await stage.reportedByUs(new RegExp(`U\\+${codePoint} at position 20`));
        await stage.rotate();
        await stage.perform(path);
      }
    },
  },
  {
    id: 'F8',
    group: 'files',
    title: 'half a token, the rest later, by a writer that is not atomic: the old one serves, then the new one',
    paths: PATHS,
    // Of a write behind `..data` nobody is told; there is none.
    volume: { layout: 'plain' },
    async run(stage, path) {
      await stage.perform(path);
      const token = await stage.server.mint();
      const finish = stage.volume.writePartially(token);
      await stage.perform(path);
      // Not before it was read.
      await stage.reportedByUs(/kubefresh:fault/);
      await stage.perform(path);
      assert.ok(!stage.requests.some(({ status }) => status === 401), 'half a token was sent');
      const old = stage.requests.at(-1)?.jti ?? '';
      finish();
      // The old one is good still: that there is another has to be noticed without a 401.
      await stage.performUntil(used(stage, token), path);
      stage.server.revoke(old);
      await stage.perform(path);
      assert.equal(stage.requests.at(-1)?.jti, token.jti);
    },
  },
  spoiled('F9', 'garbage, 1 MiB, a directory, a FIFO: the old one serves, and nothing blocks', [
    'garbage',
    'oversized',
    'directory',
    'fifo',
  ]),
  {
    id: 'F10',
    group: 'files',
    title: 'an older token comes back: the newer one is used on, until it is refused',
    paths: ['list'],
    async run(stage, path) {
      await stage.perform(path);
      const older = await stage.server.mint({ issuedAt: Date.now() - 60_000 });
      stage.volume.write({ token: older });
      await stage.perform(path);
      await stage.perform(path);
      assert.ok(!stage.requests.some(({ jti }) => jti === older.jti), 'the older token was sent');
      stage.server.revoke(stage.requests.at(-1)?.jti ?? '');
      await stage.perform(path);
      assert.equal(stage.requests.at(-1)?.jti, older.jti);
    },
  },
  laidOut('plain files: rotations are seen', { layout: 'plain' }),
  laidOut("a CSI driver's own layout: rotations are seen", { layout: 'csi' }),
  laidOut('a mount point that is a link: rotations are seen', { symlinked: true }),
  {
    id: 'F15',
    group: 'files',
    title: 'ca.crt missing, empty or malformed, namespace missing: the old ones serve',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      stage.volume.spoil('missing', 'namespace');
      for (const kind of ['missing', 'empty', 'garbage'] as const) {
        stage.volume.spoil(kind, 'ca.crt');
        await stage.performMany(path);
      }
    },
  },
];

/** Resolves when a request has carried this token. */
function used(stage: Stage, { jti }: MintedToken): Promise<JournalEntry> {
  const timeoutMs = USED_WITHIN[stage.driver.flavour];
  return stage.server.journal.waitFor((entry) => entry.jti === jti, { from: stage.start, timeoutMs });
}

function isUnavailable(error: unknown): boolean {
  return Object(error).code === 'ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE';
}

/** Who does not wait for a token may be told for 10 ms more, the age of a look, that there is none. */
async function served(stage: Stage, path: Path): Promise<void> {
  try {
    await stage.perform(path);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    await setImmediate();
    await served(stage, path);
  }
}

function laidOut(title: string, volume: NonNullable<Row['volume']>): Row {
  return {
    id: 'F13',
    group: 'files',
    title,
    paths: ['list'],
    volume,
    async run(stage, path) {
      await stage.perform(path);
      // Both are good: that there is another has to be noticed without a 401.
      await stage.performUntil(used(stage, await stage.rotate({ keepOld: true })), path);
      await stage.rotate();
      await stage.perform(path);
    },
  };
}

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
