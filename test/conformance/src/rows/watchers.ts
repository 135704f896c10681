import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { withChild } from '../child/with-child.ts';
import type { Row } from '../row.ts';

/** Usually the next request, 10 ms later, has it; a stock client may never have it, ms. */
const NOTICED_WITHIN = { kubefresh: 10_000, stock: 500 };

/** How many times faster timers run in the child: a failed watcher is tried again after six polls,
 * of 10 s each. Not more, since the 10 s that a connection may take are hurried too. */
const HASTE = 30;
/** Between two requests, ms: the age at which a look is made again. */
const PAUSE = 10;
/** What a machine usually has. */
const INSTANCES = 128;

/** A machine that has no file events left. */
export const watcherRows: readonly Row[] = [
  {
    id: 'F14',
    group: 'files',
    title:
      'no inotify left, chokidar’s variables in the environment: one report, rotations are seen, watching resumes later',
    paths: ['list'],
    child: true,
    run: async (stage) => {
      const limited = mayUnshareUser();
      const env = { CHOKIDAR_INTERVAL: 'fast', CHOKIDAR_USEPOLLING: '1' };
      await withChild(stage, { env, haste: HASTE, ...(limited && { under: ['unshare', '-Ur'] }) }, async (child) => {
        if (limited) await child.limitInotify(0);
        await child.connect();
        await child.list();
        if (limited) await child.reported(/inotify/);
        for (let count = 0; count < 3; count += 1) {
          // The old one would do as well: that the new one is used has to be noticed by looking.
          const { jti } = await child.rotate({ keepOld: true });
          const used = stage.server.journal.waitFor((entry) => entry.jti === jti, {
            from: stage.start,
            timeoutMs: NOTICED_WITHIN[stage.driver.flavour],
          });
          let waiting = true;
          const end = () => {
            waiting = false;
          };
          used.then(end, end);
          while (waiting) {
            await child.list();
            await child.sleep(PAUSE);
          }
          await used;
        }
        if (!limited) return;
        assert.equal(child.said().filter((report) => report.startsWith('kubefresh:fault')).length, 1, 'not one report');
        await child.limitInotify(INSTANCES);
        await child.awaitWatcher();
      });
    },
  },
];

/** Some machines forbid namespaces to users; there the variables alone are tried. */
function mayUnshareUser(): boolean {
  try {
    execFileSync('unshare', ['-Ur', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
