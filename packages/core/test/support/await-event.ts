// From the module, which fake timers leave alone.
import { clearTimeout, setTimeout } from 'node:timers';
import type { CredentialSource, SourceEvents } from '../../src/source/types.ts';

/** Most events here come within 5 ms; where a process has to start first, within 500 ms: ten times that. */
const BOUND = 5_000;

/** The next event of that name for which `where` holds; rejects where none comes. */
export function nextEvent<Name extends keyof SourceEvents>(
  source: CredentialSource,
  name: Name,
  where: (event: SourceEvents[Name]) => boolean = () => true,
  bound = BOUND,
): Promise<SourceEvents[Name]> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(giveUp);
      source.off(name, listener);
    };
    const giveUp = setTimeout(() => {
      end();
      reject(new Error(`No '${name}' event within ${bound} ms; ${JSON.stringify(source.status())}`));
    }, bound);
    const listener = (event: SourceEvents[Name]) => {
      if (!where(event)) return;
      end();
      resolve(event);
    };
    source.on(name, listener);
  });
}

/** Resolves when the source hands out this text: already now (a look on use may find it), or at one of its next events. */
export async function untilServed(source: CredentialSource, text: string, bound = BOUND): Promise<void> {
  if (source.status().generation > 0 && source.current().token.reveal() === text) return;
  await nextEvent(source, 'renewed', ({ credential }) => credential.token.reveal() === text, bound);
}
