import type { Options } from '../options.ts';
import type { View } from '../run.ts';
import { jsonView } from './json.ts';
import { plainView } from './plain.ts';

/** The views of a run: one on standard output, and the recorder if there is to be a recording. */
export function viewsFor(options: Options): readonly View[] {
  return [options.json ? jsonView() : plainView()];
}
