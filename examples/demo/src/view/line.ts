import { styleText } from 'node:util';

/** The few ways in which text is shown. */
export type Style = 'plain' | 'dim' | 'bold' | 'good' | 'bad' | 'warning' | 'accent';

/** A piece of text in one style. All its characters are one column wide. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A line on the screen, before anybody knows whether it goes to a terminal or into an image. */
export type Line = readonly Span[];

export function span(text: string, style: Style = 'plain'): Span {
  return { text, style };
}

/** What of a line fits into so many columns. */
export function fit(line: Line, columns: number): Line {
  let left = columns;
  return line.flatMap(({ text, style }) => {
    const shown = text.slice(0, left);
    left -= shown.length;
    return shown === '' ? [] : [{ text: shown, style }];
  });
}

const FORMATS = {
  plain: 'reset',
  dim: 'dim',
  bold: 'bold',
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  accent: 'cyan',
} as const;

/** A line for a terminal. Whether there is one to understand it has been decided before. */
export function ansi(line: Line): string {
  return line
    .map(({ text, style }) => (style === 'plain' ? text : styleText(FORMATS[style], text, { validateStream: false })))
    .join('');
}
