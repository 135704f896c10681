import type { Fault } from './fault.ts';

/** The ordinary case at its hardest: no grace for the old token. */
export const rotation: Fault = {
  name: 'rotation',
  about: 'a new token lands, the old one is refused at once',
  async play(stage) {
    const next = await stage.mint();
    stage.refuse(stage.land(next));
  },
};
