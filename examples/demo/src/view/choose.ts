import type { Options } from '../options.ts';
import type { View } from '../run.ts';
import { jsonView } from './json.ts';
import { liveView } from './live.ts';
import { plainView } from './plain.ts';
import { recordingView } from './recording.ts';

/** The views of a run: one on standard output, and the recorder if there is to be a recording. */
export function viewsFor(options: Options): readonly View[] {
  const recorders = options.record === undefined ? [] : [recordingView(options.record)];
  return [options.json ? jsonView() : shown(), ...recorders];
}

function shown(): View {
  const { env, stdout } = process;
  // A picture that is redrawn is for people at a terminal; CI and NO_COLOR say that this is none.
  const live = stdout.isTTY && !env['CI'] && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return live ? liveView(stdout) : plainView(console.log);
}
