import { PATHS } from '../driver.ts';
import type { Row } from '../row.ts';
import { Stage } from '../stage.ts';

/** What a token's age is, ms, when it should have been replaced: 80 % of an hour and two minutes, and a little. */
const OVERDUE = 3_060_000;

/** Volumes that show the same files for ever. */
export const deadMountRows: readonly Row[] = [
  {
    id: 'F12',
    group: 'files',
    title: 'a subPath mount: it serves, and is named as what it is',
    paths: PATHS,
    async run({ driver, server }, path) {
      await using stage = await Stage.set(driver, server, { volume: { layout: 'subPath' }, swapped: true });
      await stage.perform(path);
      await stage.reported(/subPath/);
    },
  },
  {
    id: 'F12',
    group: 'files',
    title: 'a subPath mount with fallbackSource: healed by a TokenRequest before the token ends',
    paths: ['list'],
    needs: 'fallback',
    async run({ driver, server }, path) {
      const token = await server.mint({ issuedAt: Date.now() - OVERDUE });
      await using stage = await Stage.set(driver, server, {
        volume: { layout: 'subPath' },
        swapped: true,
        fallback: true,
        token,
      });
      const healed = server.journal.waitFor(
        ({ jti, status, method }) => jti !== token.jti && status === 200 && method === 'GET',
        { from: stage.start },
      );
      await stage.performUntil(healed, path);
      server.revoke(token);
      await stage.perform(path);
    },
  },
  {
    id: 'F16',
    group: 'files',
    title: 'another volume is mounted over it: an alarm when the token is due, a louder one at its end',
    paths: ['list'],
    // Due in 0.3 s; its end is 2 s after that, so that a timer that is late still comes in between.
    token: (server) => server.mint({ lifetimeSeconds: 40, issuedAt: Date.now() - 37_700 }),
    async run(stage, path) {
      await stage.perform(path);
      stage.volume.overMount();
      await stage.rotate({ keepOld: true });
      await stage.reported(/not been replaced in time/);
      await stage.reported(/has expired/);
    },
  },
];
