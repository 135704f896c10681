import assert from 'node:assert/strict';
import { expect } from 'vitest';
import { withChild } from '../child/with-child.ts';
import { describeError } from '../describe-error.ts';
import type { Row } from '../row.ts';
import { op, type Stage } from '../stage.ts';
import { within } from '../within.ts';

/** How long the server leaves requests lying that are under way at the end, ms. */
const HELD = 200;
/** A search takes a tenth of a second by itself; slowed down, only closing can have ended it. */
const SLOWNESS = 1_000;
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
    run: (stage) => settleAtClose(stage, () => stage.untilItWaits()),
  },
  {
    id: 'P3',
    group: 'process',
    title: 'closed during requests that the server leaves lying: all settles',
    paths: ['list'],
    async run(stage, path) {
      await stage.perform(path);
      const held = stage.server.faults.slow(undefined, { delayMs: HELD });
      await settleAtClose(stage, async () => {
        await expect.poll(() => held.hits).toBeGreaterThan(0);
      });
    },
  },
  {
    id: 'P3',
    group: 'process',
    title: 'closed while another token is looked for after a 401 (timers run 1,000 times slower): all settles',
    paths: ['list'],
    child: true,
    run: (stage) =>
      withChild(stage, { haste: 1 / SLOWNESS }, async (child) => {
        await child.connect();
        await child.list();
        stage.server.faults.refuse();
        const { length } = stage.server.journal;
        const calls = Promise.allSettled(Array.from({ length: 10 }, () => child.list()));
        await stage.server.journal.waitFor(({ status }) => status === 401, { from: length });
        // It is told before the search begins.
        if (stage.driver.flavour === 'kubefresh') await child.reported(/kubefresh:rejected/);
        await Promise.all([child.close(), calls.then(assertAnswered)]);
      }),
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

/** Whether each of what a child was asked for has ended, well or not. */
function assertAnswered(outcomes: readonly PromiseSettledResult<void>[]): void {
  const silent = outcomes.filter(({ status, ...rest }) => 'reason' in rest && /no answer/.test(String(rest.reason)));
  assert.equal(silent.length, 0, `${silent.length} calls did not settle`);
}

async function settleAtClose(stage: Stage, underWay: () => Promise<unknown>): Promise<void> {
  const list = op(stage.client, 'list');
  const all = Promise.allSettled(Array.from({ length: 10 }, () => list()));
  await underWay();
  const closed = stage.client[Symbol.asyncDispose]();
  await within(SETTLED_WITHIN, 'not all has settled', Promise.all([all, closed]));
}
