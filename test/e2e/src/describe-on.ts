import { type Profile, whySkipped } from '@kubefresh-test/cluster';
import { describe } from 'vitest';

/** A `describe` that is skipped, with the reason in its title, where the machine cannot run the profile; a failure under CI=true. */
export async function describeOn(profile: Profile, title: string, body: () => void): Promise<void> {
  const reason = await whySkipped(profile);
  if (reason === undefined) describe(title, body);
  else describe.skip(`${title} (${reason})`, body);
}
