import { columnsOf, type Frame, rowsOf } from './film.ts';
import { ansi } from './line.ts';

const CLEAR = '\u001b[H\u001b[2J';

/** The recording for asciinema, in its format version 2: a header and one event a line. */
export function asciicast(frames: readonly Frame[]): string {
  const header = { version: 2, width: columnsOf(frames), height: rowsOf(frames), title: 'kubefresh demo' };
  const events = frames.map(({ at, lines }) => [at / 1000, 'o', `${CLEAR}${lines.map(ansi).join('\r\n')}`]);
  return `${[header, ...events].map((line) => JSON.stringify(line)).join('\n')}\n`;
}
