import type { MintOptions } from '../server/auth/mint.ts';
import { accountOf } from './file-faults.ts';
import type { FaultRun, NamedFault } from './named-fault.ts';

// A 600 s token has only about this left when its successor lands.
const TIGHT_REST_SECONDS = 28;
const CLOCK_AHEAD_MS = 600_000;

/** What can be wrong with a token that is written as it should be. */
export const TOKEN_FAULTS: readonly NamedFault[] = [
  {
    id: 'T0',
    name: 'opaque-token',
    title: 'an opaque token that the server takes (OpenShift, Rancher, bootstrap)',
    variants: [],
    play: ({ server, volume, kubelet, onStop }) => {
      const token = 'sha256~kubefresh-testing-opaque-token';
      server.trust(token);
      volume.write({ token });
      onStop(async () => {
        await kubelet.rewrite();
        server.distrust(token);
      });
    },
  },
  written('T1', 'extended-token', 'exp a year away, warnafter in 3607 s', () => ({
    extended: true,
    lifetimeSeconds: 3607,
  })),
  written('T2', 'legacy-token', 'a token from a Secret: no exp, flat claims', () => ({ legacy: true })),
  written('T3', 'future-token', 'iat and nbf ten minutes ahead of the server', ({ server }) => ({
    issuedAt: server.now() + CLOCK_AHEAD_MS,
  })),
  written('T4', 'expired-token', 'a token that has expired', ({ server }) => ({
    issuedAt: server.now() - 2 * CLOCK_AHEAD_MS,
    lifetimeSeconds: 600,
  })),
  written('T5', 'wrong-audience', 'a token for somebody else', () => ({ audiences: ['vault'] })),
  {
    id: 'T6',
    name: 'tight-successor',
    title: `a 600 s token with ${TIGHT_REST_SECONDS} s left, its successor a second later`,
    variants: [],
    play: async (run) => {
      const issuedAt = run.server.now() - (600 - TIGHT_REST_SECONDS) * 1000;
      run.volume.write({ token: await run.server.mint({ ...accountOf(run), issuedAt, lifetimeSeconds: 600 }) });
      await run.pause(1000);
      await run.kubelet.rotate();
    },
  },
  {
    id: 'T7',
    name: 'account-recreated',
    title: 'the service account is deleted and created again: every token of before is dead',
    variants: [],
    play: (run) => {
      const { namespace, serviceAccount } = accountOf(run);
      run.server.recreateServiceAccount(serviceAccount, namespace);
      run.onStop(() => run.kubelet.rotate());
    },
  },
];

/** A fault that is a token in the volume, until the kubelet's own is written again. */
function written(id: string, name: string, title: string, options: (run: FaultRun) => MintOptions): NamedFault {
  return {
    id,
    name,
    title,
    variants: [],
    play: async (run) => {
      run.volume.write({ token: await run.server.mint({ ...accountOf(run), ...options(run) }) });
      run.onStop(() => run.kubelet.rewrite());
    },
  };
}
