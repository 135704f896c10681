import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Snapshot } from '../observer.ts';
import type { View } from '../run.ts';
import { asciicast } from './asciicast.ts';
import type { Frame } from './film.ts';
import { frame } from './frame.ts';
import { svg } from './svg.ts';
import { resultLines } from './table.ts';

/** Two pictures a second: enough to follow, and a small file. */
const EVERY_MS = 500;

/** Takes pictures of a run and writes them into a file when it is over, the table as the last. */
export function recordingView(file: string): View {
  const frames: Frame[] = [];

  function take(snapshot: Snapshot): void {
    frames.push({ at: snapshot.elapsed, lines: frame(snapshot) });
  }

  return {
    begin: take,
    act: take,
    tick(snapshot) {
      if (snapshot.elapsed - (frames.at(-1)?.at ?? 0) >= EVERY_MS) take(snapshot);
    },
    end(snapshot) {
      frames.push({ at: snapshot.elapsed, lines: resultLines(snapshot) });
      writeFileSync(file, extname(file) === '.svg' ? svg(frames) : asciicast(frames));
    },
  };
}
