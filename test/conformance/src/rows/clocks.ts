import assert from 'node:assert/strict';
import { vi } from 'vitest';
import { withChild } from '../child/with-child.ts';
import type { Row } from '../row.ts';
import { Stage } from '../stage.ts';
import { within } from '../within.ts';

const HOUR = 3_600_000;
/** How long the event loop of the child stands still, ms: a rotation falls into it. */
const BLOCKED = { kubefresh: 5_000, stock: 1_000 };
/** Asked for while it stands still: all at once when it goes on. */
const WAITING = 5;

/** Time, and the ends of programs. */
export const clockRows: readonly Row[] = [
  {
    id: 'P1',
    group: 'process',
    title: 'a program that is done, and has closed nothing: it exits',
    paths: ['list'],
    child: true,
    run: (stage) =>
      withChild(stage, {}, async (child) => {
        await child.connect();
        await child.list();
        // It takes a few milliseconds; held by a kept connection it would take 4 s and more.
        await within(2_000, 'it did not exit', child.leave());
      }),
  },
  {
    id: 'P5',
    group: 'process',
    title: 'the wall clock jumps an hour forth and back, the event loop stands still: no alarm, no burst, no miss',
    paths: ['list'],
    child: true,
    run: (stage) =>
      withChild(stage, {}, async (child) => {
        await child.connect();
        let lists = 0;
        for (const ms of [0, HOUR, -2 * HOUR, HOUR]) {
          await child.jump(ms);
          await child.list();
          lists += 1;
        }
        assert.equal(stage.requests.length, lists);
        const blocked = child.block(BLOCKED[stage.driver.flavour]);
        const waiting = Array.from({ length: WAITING }, () => child.list());
        await child.rotate();
        await Promise.all([blocked, ...waiting]);
        await child.list();
        await child.jump(HOUR);
        await child.rotate();
        await child.list();
        lists += WAITING + 2;
        // No burst: each once, and once more where it came with the token of before.
        const served = stage.requests.filter(({ status }) => status === 200);
        assert.equal(served.length, lists);
        assert.ok(stage.requests.length <= lists + WAITING + 1, `it sent ${stage.requests.length} requests`);
        assert.deepEqual(child.said(), []);
      }),
  },
  {
    id: 'P7',
    group: 'process',
    title:
      'fake timers and a date in 2001 in the user’s own test: served, rotations are seen, no alarm, no endless loop',
    paths: ['call', 'list', 'create', 'log'],
    async run({ driver, server }, path) {
      vi.useFakeTimers({ now: new Date(2001, 0), toFake: ['setTimeout', 'setInterval', 'Date', 'performance'] });
      try {
        await using stage = await Stage.set(driver, server);
        await stage.perform(path);
        await stage.rotate();
        await stage.perform(path);
        await vi.advanceTimersByTimeAsync(HOUR);
        await stage.perform(path);
        assert.deepEqual(stage.said(), []);
      } finally {
        vi.useRealTimers();
      }
    },
  },
];
