import type { Fault } from './fault.ts';

const LAG_MS = 2000;
// kubefresh falls back on an old token only if that is good for 5 s more; the demo's usual tokens are not.
const LONGER_SECONDS = 15;
/** Ten times as long as a client takes that watches the volume; the others would not come to use it anyway. */
const IN_USE_WITHIN_MS = 1000;

/** An API server that has not heard of the new signing key or object yet: for a while only the old token is good. */
export const laggingServer: Fault = {
  name: 'lagging-server',
  slots: 2,
  about: `a token of ${LONGER_SECONDS} s lands; its successor is refused for up to 2 s, the old one stays good`,
  async play(stage, hold) {
    const old = await stage.mint(LONGER_SECONDS);
    stage.refuse(stage.land(old));
    await stage.used(old, IN_USE_WITHIN_MS);
    const next = await stage.mint();
    const lag = stage.server.faults.refuse({ jti: next.jti }, { name: 'lagging-server' });
    stage.land(next);
    await hold(LAG_MS).finally(() => lag.stop());
  },
};
