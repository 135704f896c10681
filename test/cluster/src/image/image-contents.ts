import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ImageEntry, treeEntries } from './entries.ts';

const run = promisify(execFile);

/** Where images have the application. */
export const APP_DIRECTORY = '/app';

/**
 * How pnpm lays a package out there: the list of what goes in is its own, `files` and production `dependencies`. Dockerfiles
 * of the examples say the same. `--legacy`: without it pnpm deploys only from workspaces that inject their packages.
 */
export const DEPLOY = ['deploy', '--prod', '--legacy'] as const;

/**
 * What goes into the image of a package of the workspace: the `files` that its package.json lists and its production
 * `dependencies`, those of the workspace as they would be published (so build them first).
 *
 * @param packageDirectory the package's directory
 * @param workDirectory where to lay it out; must not exist, and must stay until the image is built
 * @throws Error if pnpm cannot lay it out
 */
export async function imageContents(packageDirectory: string, workDirectory: string): Promise<ImageEntry[]> {
  const [program, ...args] = pnpm();
  await run(program, [...args, '--filter', '.', ...DEPLOY, workDirectory], { cwd: packageDirectory });
  return treeEntries(workDirectory, APP_DIRECTORY);
}

/** The pnpm that started this process by `pnpm test`, else the same by npx, which takes three seconds to find it. */
function pnpm(): [string, ...string[]] {
  const { npm_execpath: program, npm_config_user_agent: agent } = process.env;
  if (program === undefined || !agent?.startsWith('pnpm/12.')) return ['npx', '-y', 'pnpm@12'];
  return /\.[cm]?js$/.test(program) ? [process.execPath, program] : [program];
}
