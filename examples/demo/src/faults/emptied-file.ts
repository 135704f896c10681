import type { Fault } from './fault.ts';

const EMPTY_MS = 1500;

/** A disk that ran full, a writer that truncated first: the good token must not be given up for an empty one. */
export const emptiedFile: Fault = {
  name: 'emptied-file',
  about: 'the token file is emptied; later a new token lands, the old one is refused at once',
  async play(stage, hold) {
    stage.volume.spoil('empty');
    await hold(EMPTY_MS);
    const next = await stage.mint();
    stage.refuse(stage.land(next));
  },
};
