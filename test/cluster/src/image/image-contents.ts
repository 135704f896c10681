import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ImageEntry, treeEntries } from './entries.ts';

const run = promisify(execFile);

/** Where images have the application. */
export const APP_DIRECTORY = '/app';

/**
 * What goes into the image of a package of the workspace: the `files` that its package.json lists and its production
 * `dependencies`, those of the workspace as they would be published (so build them first). A Dockerfile that copies
 * `files` and installs without development dependencies has the same.
 *
 * @param packageDirectory the package's directory
 * @param workDirectory where to lay it out; must not exist, and must stay until the image is built
 * @throws Error if pnpm cannot lay it out
 */
export async function imageContents(packageDirectory: string, workDirectory: string): Promise<ImageEntry[]> {
  // --legacy: without it pnpm deploys only from workspaces that inject their packages.
  const args = ['-y', 'pnpm@12', '--filter', '.', 'deploy', '--prod', '--legacy', workDirectory];
  await run('npx', args, { cwd: packageDirectory });
  return treeEntries(workDirectory, APP_DIRECTORY);
}
