import assert from 'node:assert/strict';
import { PATHS } from '../driver.ts';
import type { Row } from '../row.ts';

const REQUESTS = ['call', 'list', 'create', 'log'] as const;
/** More than the minute that an API server allows between clocks, ms. */
const AHEAD = 120_000;
const FOREIGN_AUDIENCE = 'https://vault.example';

/** Tokens that are accepted, or not, against what they seem to say. */
export const doubtfulTokenRows: readonly Row[] = [
  {
    id: 'T1',
    group: 'tokens',
    title: 'extended to a year, past its warnafter: it serves, and an alarm says so; the next one is used',
    paths: PATHS,
    token: (server) => server.mint({ extended: true, lifetimeSeconds: 3607, issuedAt: Date.now() - 3_610_000 }),
    async run(stage, path) {
      await stage.perform(path);
      await stage.reported(/past its warnafter/);
      await stage.rotate();
      await stage.perform(path);
    },
  },
  {
    id: 'T3',
    group: 'tokens',
    title:
      'a token from two minutes ahead (a wrong clock): the one of before serves while it may, an alarm, no spin; then a 401, until its time has come',
    paths: REQUESTS,
    async run(stage, path) {
      await stage.perform(path);
      const before = stage.requests.at(-1)?.jti ?? '';
      const ahead = await stage.server.mint({ issuedAt: Date.now() + AHEAD });
      stage.volume.write({ token: ahead });
      for (let count = 0; count < 5; count += 1) await stage.perform(path);
      await stage.reported(/not valid yet/);
      const sent = stage.requests.filter(({ jti }) => jti === ahead.jti);
      assert.ok(sent.length <= 1, `the token from ahead was sent ${sent.length} times`);
      // Nothing is left that the server takes.
      stage.server.revoke(before);
      const { length } = stage.requests;
      await stage.assertRefused(401, stage.perform(path));
      const more = stage.requests.length - length;
      assert.ok(more <= 2, `it sent ${more} requests`);
      try {
        stage.server.skewClock(AHEAD);
        await stage.perform(path);
        assert.equal(stage.requests.at(-1)?.jti, ahead.jti);
      } finally {
        stage.server.skewClock(0);
      }
    },
  },
  {
    id: 'T5',
    group: 'tokens',
    title: 'for another audience: the 401 reaches the caller, and is explained with both audiences',
    paths: REQUESTS,
    token: (server) => server.mint({ audiences: [FOREIGN_AUDIENCE] }),
    async run(stage, path) {
      await stage.assertRefused(401, stage.perform(path));
      await stage.reported(/vault\.example.+kubernetes\.default\.svc/su);
      await stage.rotate();
      await stage.perform(path);
    },
  },
];
