import { chmodSync } from 'node:fs';
import { withChild } from '../child/with-child.ts';
import type { Row } from '../row.ts';
import { within } from '../within.ts';

/** `nobody` in every image: root may read everything, so the reader must be another. */
const NOBODY = 65_534;

/** Files that the program may not read. */
export const permissionRows: readonly Row[] = [
  {
    id: 'F11',
    group: 'files',
    title: 'a program that may not read the token: told what to set; once it may, served; then what it holds is kept',
    paths: ['list'],
    child: true,
    run: (stage) =>
      withChild(stage, { volume: { mode: 0o600 }, ...(process.getuid?.() === 0 && { uid: NOBODY }) }, async (child) => {
        // Some clients have their own files there.
        chmodSync(child.volume.root, 0o777);
        // As the kubelet has it: the token alone is for its owner.
        const share = () => {
          for (const file of [child.volume.caFile, child.volume.namespaceFile]) chmodSync(file, 0o644);
        };
        share();
        await child.connect();
        const early = child.list();
        early.catch(() => {});
        await child.reported(/fsGroup|runAsUser/);
        child.volume.chmod(0o644);
        await within(10_000, 'no end of it', early).catch((error: unknown) => {
          if (stage.driver.resends !== false) throw error;
        });
        // Who does not wait for a token may be told for 10 ms more, the age of a look, that there is none.
        const served = async (): Promise<void> => {
          await child.list().catch((error: unknown) => {
            if (stage.driver.resends !== false) throw error;
            return served();
          });
        };
        await within(10_000, 'not served', served());
        const before = child.said().length;
        // Written with the mode that the volume was made with: unreadable again.
        await child.rotate({ keepOld: true });
        share();
        await child.list();
        await child.reported(/fsGroup|runAsUser/, before);
        await child.list();
      }),
  },
];
