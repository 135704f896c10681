/** What is used of the file that vitest's `json` reporter writes. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly name: string }[];
}

/**
 * What of a filter found nothing: vitest fails only when no file at all was found, so that a folder that was renamed, or a
 * test name that nobody has, would pass.
 * @param args - As given to `vitest run`: names of files and folders, and options.
 */
export function unmatched(args: readonly string[], { numPassedTests, numFailedTests, testResults }: Report): string[] {
  // What follows an option may be its value.
  const paths = args.filter((arg, index) => !arg.startsWith('-') && !(args[index - 1] ?? '').startsWith('-'));
  const nothing = paths.filter((path) => !testResults.some(({ name }) => name.includes(path)));
  if (numPassedTests + numFailedTests === 0) nothing.push(args.join(' '));
  return nothing;
}
