import type { Report } from './reporter.ts';

/**
 * What of a filter found nothing: vitest fails only when no file at all was found, so that a folder that was renamed, or a
 * test name that nobody has, would pass.
 * @param args - As given to `vitest run`: names of files and folders, and options.
 */
export function unmatched(args: readonly string[], { ran, files }: Report): string[] {
  // What follows an option may be its value.
  const paths = args.filter((arg, index) => !arg.startsWith('-') && !(args[index - 1] ?? '').startsWith('-'));
  const nothing = paths.filter((path) => !files.some((file) => file.includes(path)));
  if (ran === 0) nothing.push(args.join(' '));
  return nothing;
}
