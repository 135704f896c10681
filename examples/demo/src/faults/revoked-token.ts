import type { Fault } from './fault.ts';

// Within the 100 ms that kubefresh waits between the two reads that a 401 causes: a longer gap nobody can bridge, since
// there is no good token anywhere.
const GAP_MS = 50;

/** The server is quicker than the kubelet: for a moment the only token on disk is a dead one. */
export const revokedToken: Fault = {
  name: 'revoked-token',
  about: 'the token in use is revoked, its successor lands 50 ms later',
  async play(stage) {
    const next = await stage.mint();
    stage.refuse(stage.held);
    await new Promise((resolve) => setTimeout(resolve, GAP_MS));
    stage.land(next);
  },
};
