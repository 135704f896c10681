import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The top of the repository. */
export const ROOT = join(import.meta.dirname, '../../..');

/** A fenced block of a Markdown file. */
export interface CodeBlock {
  /** Where its first line of code stands, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** All Markdown files of the project, from the root: those in git, and new ones that are not ignored. */
export function markdownFiles(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean);
}

/** The text of a file, by its path from the root. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The blocks of a file that are TypeScript. */
export function typescriptBlocks(path: string): CodeBlock[] {
  const text = read(path);
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ index, 1: code = '' }) => ({
    line: text.slice(0, index).split('\n').length + 1,
    code,
  }));
}
