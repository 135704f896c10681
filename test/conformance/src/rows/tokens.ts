import { setTimeout } from 'node:timers/promises';
import { PATHS } from '../driver.ts';
import type { Row } from '../row.ts';

const OPAQUE = { first: 'sha256~the-first-opaque-token', second: 'sha256~the-second-opaque-token' };

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
      stage.server.trust(OPAQUE.second);
      stage.volume.write({ token: OPAQUE.second });
      stage.server.distrust(OPAQUE.first);
      await stage.perform(path);
      stage.server.distrust(OPAQUE.second);
    },
  },
  {
    id: 'T2',
    group: 'tokens',
    title: 'a legacy token without an end: served, and named as what it is',
    paths: PATHS,
    token: (server) => server.mint({ legacy: true }),
    async run(stage, path) {
      await stage.perform(path);
      await stage.reported(/legacy token/);
    },
  },
  {
    id: 'T4',
    group: 'tokens',
    title: 'expired at start: the 401 reaches the caller; the next token cures it',
    paths: ['call', 'list', 'create', 'log'],
    token: (server) => server.mint({ lifetimeSeconds: -600, issuedAt: Date.now() - 4_200_000 }),
    async run(stage, path) {
      await stage.assertRefused(401, stage.perform(path));
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
      let rotating = true;
      const rotations = (async () => {
        for (let count = 0; count < 3; count += 1) {
          const token = await stage.server.mint({ lifetimeSeconds: 0.5 });
          stage.volume.write({ token });
          await setTimeout(token.expiresAt - LEFT - Date.now());
        }
        await stage.rotate();
      })().finally(() => {
        rotating = false;
      });
      while (rotating) await stage.perform(path);
      await rotations;
      await stage.perform(path);
    },
  },
  {
    id: 'T7',
    group: 'tokens',
    title: 'the service account is created anew: 401s, until the volume has a token of it',
    paths: ['call', 'list', 'create', 'log'],
    async run(stage, path) {
      await stage.perform(path);
      stage.server.recreateServiceAccount();
      await stage.assertRefused(401, stage.perform(path));
      await stage.rotate();
      await stage.perform(path);
    },
  },
];
