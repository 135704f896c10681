import assert from 'node:assert/strict';
import type { RequestFacts } from '@kubefresh/testing';
import type { Row } from '../row.ts';
import { LOG, op, POD, type Stage } from '../stage.ts';

const INPUT = 'what comes back';

/** What a 401 does to a request for a WebSocket. */
export const upgradeRows: readonly Row[] = [
  {
    id: 'S7',
    group: 'server',
    title: '401 on the upgrade of exec: once more with the new token',
    paths: ['exec'],
    run: (stage, path) => refuseThrice(stage, () => stage.perform(path)),
  },
  {
    id: 'S7',
    group: 'server',
    title: '401 on the upgrade of attach: once more with the new token',
    paths: ['exec'],
    needs: 'attach',
    run: (stage) => refuseThrice(stage, async () => assert.equal(await op(stage.client, 'attach')(POD), LOG)),
  },
  {
    id: 'S7',
    group: 'server',
    title: '401 on the upgrade of port-forward: once more with the new token',
    paths: ['exec'],
    needs: 'forward',
    run: (stage) => refuseThrice(stage, () => op(stage.client, 'forward')(POD, INPUT)),
  },
];

/**
 * By a rotation, which the client may have seen in time; then the new token is refused, and that the one of before is better has
 * to be learnt from the refused upgrade itself.
 */
async function refuseThrice(stage: Stage, operation: () => Promise<void>): Promise<void> {
  await stage.attempt(operation);
  for (let count = 0; count < 2; count += 1) {
    await stage.rotate();
    await stage.attempt(operation);
  }
  const { jti } = await stage.rotate({ keepOld: true });
  // Some clients ask by an ordinary request first.
  const fault = stage.server.faults.refuse((request) => isUpgrade(request) && request.jti === jti);
  // The first of these may still come with the token of before.
  for (let count = 0; count < 20 && fault.hits === 0; count += 1) await stage.attempt(operation);
  const statuses = stage.requests.flatMap((entry) => (isUpgrade(entry) ? [entry.status] : []));
  assert.deepEqual(statuses.slice(-2), [401, 101]);
}

function isUpgrade({ headers }: RequestFacts): boolean {
  return headers['upgrade'] !== undefined;
}
