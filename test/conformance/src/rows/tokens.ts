import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { PATHS } from '../driver.ts';
import type { Row } from '../row.ts';

const OPAQUE = { first: 'sha256~the-first-opaque-token', second: 'sha256~the-second-opaque-token' };

/** Usually the next request, 10 ms later, has it; a stock client may never have it, ms. */
const USED_WITHIN = { kubefresh: 10_000, stock: 500 };

/** What a token of half a second has left when its successor comes, ms. */
const LEFT = 150;

/** What kinds of tokens there are, and what becomes of them. */
export const tokenRows: readonly Row[] = [
  {
    id: 'T0',
    group: 'tokens',
    title: 'opaque tokens in the token file of a kubeconfig: used, and read again',
    paths: PATHS,
    kind: 'token-file',
    token: async (server) => {
      server.trust(OPAQUE.first);
      return OPAQUE.first;
    },
    async run(stage, path) {
      await stage.perform(path);
      stage.server.trust(OPAQUE.second, { username: 'second' });
      // Both are good: that there is another has to be noticed without a 401.
      const used = stage.server.journal.waitFor(({ user }) => user === 'second', {
        from: stage.start,
        timeoutMs: USED_WITHIN[stage.driver.flavour],
      });
      stage.volume.write({ token: OPAQUE.second });
      await stage.performUntil(used, path);
      stage.server.distrust(OPAQUE.first);
      await stage.perform(path);
      assert.ok(!stage.said().some((report) => report.startsWith('kubefresh:stale')), 'an alarm');
      stage.server.distrust(OPAQUE.second);
    },
  },
  {
    id: 'T2',
    group: 'tokens',
    title: 'a legacy token without an end: served, one warning, which says how to leave it',
    paths: PATHS,
    token: (server) => server.mint({ legacy: true }),
    async run(stage, path) {
      await stage.perform(path);
      await stage.reported(/legacy token.+Use a projected serviceAccountToken volume/su);
      assert.equal(stage.said().filter((report) => !report.startsWith('kubefresh:')).length, 1, 'not one warning');
    },
  },
  {
    id: 'T4',
    group: 'tokens',
    title: 'expired at start: served as the last hope, with an alarm; the 401 is explained; the next token cures it',
    paths: ['call', 'list', 'create', 'log'],
    token: (server) => server.mint({ lifetimeSeconds: -600, issuedAt: Date.now() - 4_200_000 }),
    async run(stage, path) {
      await stage.assertRefused(401, stage.perform(path));
      await stage.reportedByUs(/has expired/);
      await stage.reportedByUs(/kubefresh:rejected.+"expired"/);
      await stage.rotate();
      await stage.perform(path);
    },
  },
  {
    id: 'T6',
    group: 'tokens',
    title: 'tokens of half a second, each with little left when its successor comes: 0 failed',
    paths: ['list'],
    async run(stage, path) {
      // The server of the suite has no leeway, so that each token ends to the millisecond.
      const rotations = (async () => {
        for (let count = 0; count < 3; count += 1) {
          const token = await stage.server.mint({ lifetimeSeconds: 0.5 });
          stage.volume.write({ token });
          await setTimeout(token.expiresAt - LEFT - Date.now());
        }
        await stage.rotate();
      })();
      await stage.performUntil(rotations, path);
      await stage.perform(path);
    },
  },
  {
    id: 'T7',
    group: 'tokens',
    title:
      'the service account is created anew: 401s, with its name and a few requests, until the volume has a token of it',
    paths: ['call', 'list', 'create', 'log'],
    // Not so young that a server could be thought not to know it yet.
    token: (server) => server.mint({ issuedAt: Date.now() - 600_000 }),
    async run(stage, path) {
      await stage.perform(path);
      stage.server.recreateServiceAccount();
      const { length } = stage.requests;
      for (let count = 0; count < 3; count += 1) await stage.assertRefused(401, stage.perform(path));
      const sent = stage.requests.length - length;
      assert.ok(sent <= 2 * 3, `it sent ${sent} requests for 3 calls`);
      await stage.reportedByUs(/kubefresh:rejected.+"account-gone".+default\/default/);
      await stage.rotate();
      await stage.perform(path);
    },
  },
];
