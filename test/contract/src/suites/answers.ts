import { answers } from '../cases/answers.ts';
import { startKitWorld } from '../worlds/kit.ts';
import { layOut } from '../worlds/objects.ts';
import { startRealWorld } from '../worlds/real.ts';
import type { Suite } from './suite.ts';

/** All that an API server answers by itself. */
export const answersSuite: Suite = {
  title: 'the answers of an API server',
  profile: 'light',
  cases: answers,
  async start() {
    const [real, kit] = await Promise.all([startRealWorld(), startKitWorld()]);
    await Promise.all([layOut(real), layOut(kit)]);
    return { real, kit };
  },
};
