import type { Line } from './line.ts';

/** A picture of a recording and when it was taken. */
export interface Frame {
  /** ms since the start. */
  readonly at: number;
  readonly lines: readonly Line[];
}

/** The columns that the widest line of a recording takes. */
export function columnsOf(frames: readonly Frame[]): number {
  const widths = frames.flatMap(({ lines }) =>
    lines.map((line) => line.reduce((sum, { text }) => sum + text.length, 0)),
  );
  return Math.max(0, ...widths);
}

/** The rows of its highest picture. */
export function rowsOf(frames: readonly Frame[]): number {
  return Math.max(0, ...frames.map(({ lines }) => lines.length));
}
