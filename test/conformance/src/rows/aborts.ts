import assert from 'node:assert/strict';
import type { Row } from '../row.ts';
import { op, POD, type Stage } from '../stage.ts';
import { statusOf } from '../status.ts';
import { within } from '../within.ts';

const CALLERS = 100;
/** Longer than any case: what waits so long is ended by something else, ms. */
const FOR_EVER = 60_000;

/** Callers who give up. */
export const abortRows: readonly Row[] = [
  {
    id: 'S12',
    group: 'server',
    title: 'the caller aborts while the request is sent once more: it ends, and nothing is sent after it',
    paths: ['call'],
    needs: 'callUntil',
    async run(stage) {
      await stage.perform('call');
      await stage.rotate({ keepOld: true });
      const giveUp = new AbortController();
      let arrived = 0;
      let arrive = (): void => {};
      const again = new Promise<void>((resolve) => {
        arrive = resolve;
      });
      stage.server.faults.refuse(undefined, { times: 1 });
      stage.server.faults.slow(
        () => {
          arrived += 1;
          if (arrived === 2) arrive();
          return arrived === 2;
        },
        { delayMs: FOR_EVER },
      );
      const calling = op(stage.client, 'callUntil')(POD, giveUp.signal);
      calling.catch(() => {});
      await within(10_000, 'it was not sent once more', again);
      giveUp.abort();
      await assertAborted(calling);
      await stage.perform('call');
      assert.equal(arrived, 3);
    },
  },
  {
    id: 'P9',
    group: 'process',
    title: 'the caller aborts between the 401 and the second sending: the abort wins',
    paths: ['call'],
    needs: 'callUntil',
    async run(stage) {
      await stage.perform('call');
      const from = stage.server.journal.length;
      const fault = stage.server.faults.refuse();
      const giveUp = new AbortController();
      const calling = op(stage.client, 'callUntil')(POD, giveUp.signal);
      calling.catch(() => {});
      await stage.server.journal.waitFor(({ status }) => status === 401, { from });
      giveUp.abort();
      await assertAborted(calling);
      fault.stop();
      await stage.perform('call');
      const statuses = stage.server.journal.filter(() => true, from).map(({ status }) => status);
      assert.deepEqual(statuses, [401, 200], 'the refused one, and that of the next call');
    },
  },
  {
    id: 'P4',
    group: 'process',
    title: 'one of 100 callers who wait for the first token aborts: he is told before there is one, 99 get it',
    paths: ['call'],
    needs: 'callUntil',
    early: true,
    run: waitTogether,
  },
];

async function waitTogether(stage: Stage): Promise<void> {
  const giveUp = new AbortController();
  const never = new AbortController().signal;
  const calls = Array.from({ length: CALLERS }, (_, index) =>
    op(stage.client, 'callUntil')(POD, index === 0 ? giveUp.signal : never),
  );
  const settled = Promise.allSettled(calls);
  giveUp.abort();
  // Nothing but the abort can have ended it: there is no token, and a request waits for one longer than this does.
  await assertAborted(calls[0] ?? Promise.resolve());
  await stage.rotate({ keepOld: true });
  const [, ...others] = await within(20_000, 'not all were served', settled);
  assert.deepEqual([...new Set(others.map(({ status }) => status))], ['fulfilled']);
  assert.equal(stage.requests.length, CALLERS - 1);
}

async function assertAborted(operation: Promise<unknown>): Promise<void> {
  const outcome = operation.then(
    () => assert.fail('it succeeded, although it was aborted'),
    (reason: unknown) => reason,
  );
  const reason = await within(5_000, 'no end of it', outcome);
  assert.equal(statusOf(reason), undefined, 'a status, where it was aborted');
  // Whatever the client calls it: `AbortError`, or what it makes of one.
  assert.match(`${Object(reason).name} ${Object(reason).message}`, /abort/i);
}
