import type { Fault } from './fault.ts';

const LAG_MS = 2000;
// kubefresh falls back on an old token only if that is good for 5 s more; the demo's usual tokens are not.
const LONGER_SECONDS = 15;
// Long enough that every client that looks at the volume has seen the old token before the new one lands.
const SETTLE_MS = 400;

/** An API server that has not heard of the new signing key or object yet: for a while only the old token is good. */
export const laggingServer: Fault = {
  name: 'lagging-server',
  about: `a token of ${LONGER_SECONDS} s lands; its successor is refused for up to 2 s, while the old one is good`,
  async play(stage, hold) {
    stage.refuse(stage.land(await stage.mint(LONGER_SECONDS)));
    await hold(SETTLE_MS);
    const next = await stage.mint();
    const lag = stage.server.faults.refuse({ jti: next.jti }, { name: 'lagging-server' });
    const previous = stage.land(next);
    await hold(LAG_MS).finally(() => lag.stop());
    stage.refuse(previous);
  },
};
