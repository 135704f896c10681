import { LONGEST, limits } from '../cases/limits.ts';
import { startKitWorld } from '../worlds/kit.ts';
import { layOut } from '../worlds/objects.ts';
import { startRealWorld } from '../worlds/real.ts';
import type { Suite } from './suite.ts';

/** An API server with a bound on the life of tokens, and one on its memory. */
export const limitsSuite: Suite = {
  title: 'the limits of an API server',
  profile: 'light',
  cases: limits,
  async start() {
    const [real, kit] = await Promise.all([
      startRealWorld({
        'service-account-max-token-expiration': `${LONGEST}s`,
        // Usually five minutes: how long etcd remembers at least.
        'etcd-compaction-interval': '1s',
      }),
      startKitWorld({ maxTokenExpirationSeconds: LONGEST }),
    ]);
    await Promise.all([layOut(real), layOut(kit)]);
    return { real, kit };
  },
};
