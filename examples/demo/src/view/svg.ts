import { columnsOf, type Frame, rowsOf } from './film.ts';
import type { Line, Style } from './line.ts';

// A cell of a 14 px monospace font; the text is stretched to it, so that any such font fits.
const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;
/** How long the table stays before the film begins again, ms. */
const LAST_MS = 12_000;
const BACKGROUND = '#0d1117';
const COLOURS: Record<Style, string> = {
  plain: '#c9d1d9',
  dim: '#6e7681',
  bold: '#ffffff',
  good: '#3fb950',
  bad: '#f85149',
  warning: '#d29922',
  accent: '#58a6ff',
};

/**
 * The recording as an animated image: all pictures side by side, and a style that moves one after the other into sight. It
 * needs no script, so it plays inside a README. Who asked for less motion sees the last picture, the table.
 */
export function svg(frames: readonly Frame[]): string {
  const width = Math.ceil(columnsOf(frames) * CELL.width + 2 * MARGIN);
  const height = rowsOf(frames) * CELL.height + 2 * MARGIN;
  const lines = new LineShelf();
  const pictures = frames.map(({ lines: shown }, index) => {
    const uses = shown.map((line, row) => lines.use(line, row * CELL.height));
    return `<g transform="translate(${index * width})">${uses.join('')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A recorded run of the demo">
<style>${styleOf(frames, width)}</style>
<defs>${lines.definitions}</defs>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
<g transform="translate(${MARGIN} ${MARGIN + CELL.height * 0.75})"><g id="film">
${pictures.join('\n')}
</g></g>
</svg>
`;
}

function styleOf(frames: readonly Frame[], width: number): string {
  const total = (frames.at(-1)?.at ?? 0) + LAST_MS;
  const steps = frames.map(
    ({ at }, index) => `${((at / total) * 100).toFixed(2)}%{transform:translateX(-${index * width}px)}`,
  );
  const last = `translateX(-${(frames.length - 1) * width}px)`;
  return [
    'text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}',
    ...Object.entries(COLOURS).map(([style, colour]) => `.${style}{fill:${colour}}`),
    `#film{transform:${last};animation:film ${(total / 1000).toFixed(1)}s step-end infinite}`,
    `@keyframes film{${steps.join('')}}`,
    '@media (prefers-reduced-motion:reduce){#film{animation:none}}',
  ].join('\n');
}

/** Each different line once: most lines of a picture are those of the picture before. */
class LineShelf {
  readonly #ids = new Map<string, string>();

  /** Shows a line at this height. */
  use(line: Line, y: number): string {
    const text = textOf(line);
    if (text === '') return '';
    const id = this.#ids.get(text) ?? `l${this.#ids.size}`;
    this.#ids.set(text, id);
    return `<use href="#${id}" y="${y}"/>`;
  }

  get definitions(): string {
    return [...this.#ids].map(([text, id]) => `<g id="${id}">${text}</g>`).join('\n');
  }
}

function textOf(line: Line): string {
  let column = 0;
  return line
    .map(({ text, style }) => {
      const x = column * CELL.width;
      column += text.length;
      if (text.trim() === '') return '';
      const length = (text.length * CELL.width).toFixed(1);
      return `<text x="${x.toFixed(1)}" class="${style}" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(text)}</text>`;
    })
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
