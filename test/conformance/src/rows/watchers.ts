import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Child } from '../child/child.ts';
import { withChild } from '../child/with-child.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';

/**
 * How many times faster timers run in the child, at the end: it polls each 10 s, and tries a failed watcher again after six
 * polls. Not more, since the 10 s that a connection may take are hurried too.
 */
const HASTE = 30;
/** Twice the age at which a request makes a look again, ms. */
const AGE = 20;
/** What a machine usually has. */
const INSTANCES = 128;

/** A machine that has no file events left. */
export const watcherRows: readonly Row[] = [
  {
    id: 'F14',
    group: 'files',
    title:
      'no inotify left, chokidar’s variables in the environment: one report; a request alone, the poll alone see a rotation; watching resumes',
    paths: ['list'],
    child: true,
    run: async (stage) => {
      const limited = mayUnshareUser();
      const env = { CHOKIDAR_INTERVAL: 'fast', CHOKIDAR_USEPOLLING: '1' };
      await withChild(stage, { env, haste: 1, ...(limited && { under: ['unshare', '-Ur'] }) }, async (child) => {
        if (limited) await child.limitInotify(0);
        await child.connect();
        await child.list();
        if (limited) await child.reported(/inotify/);
        const isTold = limited && stage.driver.flavour === 'kubefresh';
        // Its next poll is 9 s away: a request that comes before it looks itself. After the second one the poll is hurried.
        for (const haste of [1, HASTE]) {
          await child.hurry(haste);
          const { jti } = await child.rotate({ keepOld: true });
          await child.sleep(AGE);
          await listWith(jti, stage, child);
          if (isTold) assert.equal(await child.renewedBy(jti), 'use');
        }
        const { length } = stage.requests;
        const { jti } = await child.rotate({ keepOld: true });
        if (isTold) assert.equal(await child.renewedBy(jti), 'poll');
        assert.equal(stage.requests.length, length, 'a request was sent');
        await listWith(jti, stage, child);
        if (!limited) return;
        assert.equal(child.said().filter((report) => report.startsWith('kubefresh:fault')).length, 1, 'not one report');
        await child.limitInotify(INSTANCES);
        await child.awaitWatcher();
      });
    },
  },
];

/** The old token would do as well: that the new one is used has to be noticed by looking. */
async function listWith(jti: string, stage: Stage, child: Child): Promise<void> {
  await child.list();
  assert.equal(stage.requests.at(-1)?.jti, jti, 'the new token was not used');
}

/** Some machines forbid namespaces to users; there the variables alone are tried. */
function mayUnshareUser(): boolean {
  try {
    execFileSync('unshare', ['-Ur', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
