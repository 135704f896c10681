import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Child } from '../child/child.ts';
import { withChild } from '../child/with-child.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';
import { within } from '../within.ts';

/** `nobody` in every image: root may read everything, so the reader must be another. */
const NOBODY = 65_534;
const READER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
/** The mode of a file that he may not read: EACCES. */
const UNREADABLE = process.getuid?.() === 0 ? 0o600 : 0o000;
/**
 * What he may read by its mode, and the kernel lets nobody open without CAP_SYSLOG (where `kernel.dmesg_restrict` is 1, as it is on
 * most machines): EPERM, as a security module or a seccomp profile has it.
 */
const FORBIDDEN = '/dev/kmsg';
/** What an operator is told to set. */
const HINT = /fsGroup|runAsUser/;

/** Files that the program may not read. */
export const permissionRows: readonly Row[] = [
  {
    id: 'F11',
    group: 'files',
    title:
      'a program that may not read the token (EACCES, EPERM): told what to set; once it may, served; then what it holds is kept',
    paths: ['list'],
    child: true,
    run: (stage) =>
      withChild(stage, { volume: { mode: UNREADABLE }, ...READER }, async (child) => {
        // Some clients have their own files there.
        chmodSync(child.volume.root, 0o777);
        share(child);
        // On other machines EPERM is tried in packages/core/test/volume/snapshot.test.ts alone.
        const spoilings = isForbidden() ? [forbid, refuse] : [refuse];
        await spoilings[0]?.(child);
        await child.connect();
        const early = child.list();
        early.catch(() => {});
        await child.reported(HINT);
        for (const spoil of spoilings.slice(1)) await spoilAndHear(child, spoil);
        child.volume.chmod(0o644);
        await served(stage, child, early);
        for (const spoil of spoilings) {
          await spoilAndHear(child, spoil);
          await child.list();
        }
      }),
  },
];

async function spoilAndHear(child: Child, spoil: (child: Child) => Promise<void>): Promise<void> {
  const before = child.said().length;
  await spoil(child);
  // Not all who wait for a token are served yet: a request is what looks at the files, should the watcher have died.
  child.list().catch(() => {});
  await child.reported(HINT, before);
}

/** EACCES: written with the mode that the volume was made with. */
async function refuse(child: Child): Promise<void> {
  await child.rotate({ keepOld: true });
  share(child);
}

/** EPERM: a swap as the kubelet does it, with what nobody may open as the token. */
async function forbid(child: Child): Promise<void> {
  for (const step of child.volume.writeSteps({ token: `forbidden ${child.said().length}` })) {
    if (step !== 'data_tmp') continue;
    const token = join(child.volume.directory, '..data_tmp', 'token');
    rmSync(token);
    symlinkSync(FORBIDDEN, token);
  }
  share(child);
}

/** As the kubelet has it: the token alone is for its owner. */
function share({ volume }: Child): void {
  for (const file of [volume.caFile, volume.namespaceFile]) chmodSync(file, 0o644);
}

/** Who waited for the token is served, and who does not wait, is told for 10 ms more, the age of a look, that there is none. */
async function served({ driver }: Stage, child: Child, early: Promise<void>): Promise<void> {
  const again = (error: unknown) => {
    if (driver.resends !== false) throw error;
  };
  const list = (): Promise<void> =>
    child.list().catch((error: unknown) => {
      again(error);
      return list();
    });
  await within(10_000, 'no end of it', early).catch(again);
  await within(10_000, 'not served', list());
}

/** Whether the reader gets EPERM of it here. */
function isForbidden(): boolean {
  try {
    execFileSync('sh', ['-c', `: < ${FORBIDDEN}`], { stdio: 'pipe', env: { ...process.env, LC_ALL: 'C' }, ...READER });
    return false;
  } catch (error) {
    return String(Object(error).stderr).includes('not permitted');
  }
}
