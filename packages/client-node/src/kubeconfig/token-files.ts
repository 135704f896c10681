import { resolve } from 'node:path';
import { loadYaml } from '@kubernetes/client-node';

/** The token file of each user that has one, by the user's name. */
export type TokenFiles = ReadonlyMap<string, string>;

/** What of a kubeconfig's text concerns us; nothing in it has been checked. */
interface Text {
  users?: { name?: unknown; user?: { token?: unknown; tokenFile?: unknown; 'token-file'?: unknown } | null }[];
}

/**
 * The token files that a kubeconfig names. The official client drops the standard key `tokenFile`, and reads `token-file`, its
 * own spelling, once and for ever; `token` beside the latter wins, as there.
 *
 * @param text - YAML or JSON; what is wrong with it is for the official client to say.
 */
export function tokenFilesIn(text: string): TokenFiles {
  const found = new Map<string, string>();
  for (const { name, user } of usersIn(text)) {
    const { token, tokenFile, 'token-file': ownSpelling } = user ?? {};
    if (typeof name !== 'string') continue;
    if (isPath(tokenFile)) found.set(name, tokenFile);
    // Relative to the working directory, as the official client reads it.
    else if (isPath(ownSpelling) && !token) found.set(name, resolve(ownSpelling));
  }
  return found;
}

/** The same kubeconfig without `token-file`, so that loading it needs no file to be there. */
export function withoutOwnSpelling(text: string): string {
  const config = parse(text);
  for (const { user } of config?.users ?? []) if (user) delete user['token-file'];
  return JSON.stringify(config);
}

function usersIn(text: string): NonNullable<Text['users']> {
  // Spares everybody else the second parsing.
  if (!/tokenFile|token-file/.test(text)) return [];
  const users = parse(text)?.users;
  return Array.isArray(users) ? users.filter((user) => typeof user === 'object' && user !== null) : [];
}

function parse(text: string): Text | undefined {
  try {
    return loadYaml<Text>(text);
  } catch {
    return undefined;
  }
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
