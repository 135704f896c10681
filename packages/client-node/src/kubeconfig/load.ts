import { existsSync, readFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { OfficialKubeConfig, User } from '../official.ts';
import { type TokenFiles, tokenFilesIn, withoutOwnSpelling } from './token-files.ts';

/** The official client's own methods of loading. */
export type LoadMethods = Pick<OfficialKubeConfig, 'loadFromString' | 'loadFromDefault' | 'makePathsAbsolute'>;

/** What may come after the text, or instead of it: handed on as it is. */
type Rest = unknown[];

/** `loadFromString`, through which files come too: users keep their token files. */
export function loadFromString(kubeConfig: OfficialKubeConfig, methods: LoadMethods, text: string, rest: Rest): void {
  const files = tokenFilesIn(text);
  const missing = [...files.values()].some((file) => !existsSync(file));
  // The official client throws for a `token-file` that is missing; ours waits for it at the first request.
  const load = methods.loadFromString as (...args: unknown[]) => void;
  load.call(kubeConfig, files.size > 0 && missing ? withoutOwnSpelling(text) : text, ...rest);
  setTokenFiles(kubeConfig, files);
}

/**
 * `loadFromDefault`: where KUBECONFIG names several files, the official client loads all but the first with its own class,
 * which drops their users' token files; they are looked up again.
 */
export function loadFromDefault(kubeConfig: OfficialKubeConfig, methods: LoadMethods, rest: Rest): void {
  const load = methods.loadFromDefault as (...args: unknown[]) => void;
  load.call(kubeConfig, ...rest);
  const [, ...others] = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  for (const file of others) setTokenFiles(kubeConfig, tokenFilesIn(readFileSync(file, 'utf8')), join(file, '..'));
}

/** `makePathsAbsolute`: token files too, as kubectl does. */
export function makePathsAbsolute(kubeConfig: OfficialKubeConfig, methods: LoadMethods, root: string): void {
  methods.makePathsAbsolute.call(kubeConfig, root);
  for (const user of kubeConfig.getUsers() ?? []) {
    if (user.tokenFile) setTokenFile(user, absolute(root, user.tokenFile));
  }
}

function setTokenFiles(kubeConfig: OfficialKubeConfig, files: TokenFiles, root = ''): void {
  for (const user of kubeConfig.getUsers() ?? []) {
    const file = files.get(user.name);
    if (file !== undefined && !user.tokenFile) setTokenFile(user, absolute(root, file));
  }
}

function setTokenFile(user: User, tokenFile: string): void {
  // A plain property of the standard's name: copies and merged configurations keep it.
  (user as { tokenFile: string }).tokenFile = tokenFile;
}

function absolute(root: string, file: string): string {
  return root === '' || isAbsolute(file) ? file : join(root, file);
}
