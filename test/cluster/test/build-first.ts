import { ensureBinaries, whyUnavailable } from '@kubefresh-test/cluster';
import { printProgress } from '../src/progress.ts';

/** Builds what this machine can run, and says what it cannot. */
export async function setup(): Promise<void> {
  for (const profile of ['light', 'node'] as const) {
    const reason = await whyUnavailable(profile);
    if (reason === undefined) await ensureBinaries(profile, printProgress);
    else printProgress(`without the ${profile} profile: ${reason}`);
  }
}
