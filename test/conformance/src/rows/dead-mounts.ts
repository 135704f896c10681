import assert from 'node:assert/strict';
import { PATHS } from '../driver.ts';
import type { Row } from '../row.ts';
import { Stage } from '../stage.ts';

/** What a token's age is, ms, when it should have been replaced: 80 % of an hour and two minutes, and a little. */
const OVERDUE = 3_060_000;
/** The age of a token of an hour at which it should have been replaced, ms. */
const OVERDUE_AT = 0.8 * 3_600_000 + 120_000;
/** What an operator is told as the end comes nearer. */
const LOUDER = [/has not been replaced in time/, /is in use past its warnafter/, /has expired/];
const STALE = 'kubefresh:stale ';

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
    title:
      'another volume is mounted over it: an alarm when the token is due, louder at its warnafter, louder at its end',
    paths: ['list'],
    // Due in 0.3 s at the latest; the next moments come 2 s after that each, so that a timer that is late still comes in between.
    token: (server) => {
      const issuedAt = Date.now() - 37_700;
      const exp = (issuedAt + 42_000) / 1000;
      return server.mint({ extended: true, lifetimeSeconds: 40, issuedAt, claims: { exp } });
    },
    async run(stage, path) {
      await stage.perform(path);
      stage.volume.overMount();
      await stage.rotate({ keepOld: true });
      for (const words of LOUDER) await stage.reported(words);
      const warnings = stage.said().filter((report) => !report.startsWith('kubefresh:'));
      assert.equal(warnings.length, LOUDER.length, warnings.join('; '));
      assert.ok(
        LOUDER.every((words, index) => words.test(warnings[index] ?? '')),
        warnings.join('; '),
      );
      assert.equal(stage.said().filter((report) => report.startsWith(STALE)).length, LOUDER.length);
    },
  },
  {
    id: 'F16',
    group: 'files',
    title: 'another volume is mounted over it, with tokens of an hour: the alarm is for 0.8 ttl + 120 s',
    paths: ['list'],
    token: (server) => server.mint({ issuedAt: Date.now() - OVERDUE_AT + 500 }),
    async run(stage, path) {
      await stage.perform(path);
      stage.volume.overMount();
      await stage.rotate({ keepOld: true });
      await stage.reported(/not been replaced in time/);
      const iat = stage.requests[0]?.claims?.iat ?? 0;
      const alarm = stage.said().find((report) => report.startsWith(STALE)) ?? '';
      assert.ok(alarm.includes(`"staleAt":${iat * 1000 + OVERDUE_AT},`), alarm);
    },
  },
];
