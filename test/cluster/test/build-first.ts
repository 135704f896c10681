import { ensureBinaries, whyUnavailable } from '@kubefresh-test/cluster';
import { ensureImageStore } from '../src/node/image-store.ts';
import { printProgress } from '../src/progress.ts';

/** Builds what this machine can run, and says what it cannot. */
export async function setup(): Promise<void> {
  for (const profile of ['light', 'node'] as const) {
    const reason = await whyUnavailable(profile);
    if (reason !== undefined) {
      printProgress(`without the ${profile} profile: ${reason}`);
      continue;
    }
    const binaries = await ensureBinaries(profile, printProgress);
    if (profile === 'node') await ensureImageStore(binaries);
  }
}
