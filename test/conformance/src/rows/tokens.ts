import { PATHS } from '../driver.ts';
import type { Row } from '../row.ts';
import { assertStatus } from '../status.ts';

/** What kinds of tokens there are, and what becomes of them. */
export const tokenRows: readonly Row[] = [
  {
    id: 'T0',
    group: 'tokens',
    title: 'opaque tokens in the token file of a kubeconfig: used, and read again',
    paths: PATHS,
    kind: 'token-file',
    early: true,
    async run(stage, path) {
      const [first, second] = ['sha256~the-first-opaque-token', 'sha256~the-second-opaque-token'];
      stage.server.trust(first);
      stage.server.trust(second);
      stage.volume.write({ token: first, 'ca.crt': stage.server.caBundle });
      await stage.perform(path);
      stage.volume.write({ token: second });
      stage.server.distrust(first);
      await stage.perform(path);
      stage.server.distrust(second);
    },
  },
  {
    id: 'T2',
    group: 'tokens',
    title: 'a legacy token without an end: served',
    paths: PATHS,
    early: true,
    async run(stage, path) {
      const token = await stage.server.mint({ legacy: true });
      stage.volume.write({ token, 'ca.crt': stage.server.caBundle });
      await stage.perform(path);
    },
  },
  {
    id: 'T4',
    group: 'tokens',
    title: 'expired at start: the 401 reaches the caller; the next token cures it',
    paths: ['call', 'list', 'create', 'log'],
    early: true,
    async run(stage, path) {
      const token = await stage.server.mint({ lifetimeSeconds: -600, issuedAt: Date.now() - 4_200_000 });
      stage.volume.write({ token, 'ca.crt': stage.server.caBundle });
      await assertStatus(401, stage.perform(path));
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
      for (let count = 0; count < 3; count += 1) {
        const token = await stage.server.mint({ lifetimeSeconds: 0.5 });
        stage.volume.write({ token });
        while (Date.now() < token.expiresAt - 50) await stage.perform(path);
      }
      await stage.rotate();
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
      await assertStatus(401, stage.perform(path));
      await stage.rotate();
      await stage.perform(path);
    },
  },
];
