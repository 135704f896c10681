import assert from 'node:assert/strict';
import { describeError } from '../describe-error.ts';
import type { Row } from '../row.ts';
import { op, type Stage } from '../stage.ts';
import { within } from '../within.ts';

/** How long the server leaves requests lying that are under way at the end, ms. */
const HELD = 200;
/** Less than a request may wait for its first token by itself, ms. */
const SETTLED_WITHIN = 5_000;

/** A client is closed while it works. */
export const closingRows: readonly Row[] = [
  {
    id: 'P3',
    group: 'process',
    title: 'closed while the first token is waited for: what waits settles',
    paths: ['list'],
    early: true,
    run: (stage) => settleAtClose(stage, async () => {}),
  },
  {
    id: 'P3',
    group: 'process',
    title: 'closed during a request, and while another token is looked for after a 401: all settles',
    paths: ['list'],
    async run(stage, path) {
      await stage.perform(path);
      stage.server.faults.slow(undefined, { delayMs: HELD, times: 1 });
      stage.server.faults.refuse();
      const { length } = stage.server.journal;
      await settleAtClose(stage, async () => {
        await stage.server.journal.waitFor(({ status }) => status === 401, { from: length });
      });
    },
  },
  {
    id: 'P3',
    group: 'process',
    title: 'closed: a later call says so, and nothing is sent',
    paths: ['list'],
    needs: 'closing',
    async run(stage, path) {
      await stage.perform(path);
      await stage.client[Symbol.asyncDispose]();
      const before = stage.requests.length;
      await assert.rejects(stage.perform(path), (error: unknown) => /closed|destroyed/i.test(describeError(error)));
      assert.equal(stage.requests.length, before);
    },
  },
];

async function settleAtClose(stage: Stage, underWay: () => Promise<unknown>): Promise<void> {
  const list = op(stage.client, 'list');
  const all = Promise.allSettled(Array.from({ length: 10 }, () => list()));
  await underWay();
  const closed = stage.client[Symbol.asyncDispose]();
  await within(SETTLED_WITHIN, 'not all has settled', Promise.all([all, closed]));
}
