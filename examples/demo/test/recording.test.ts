import { describe, expect, it } from 'vitest';
import { asciicast } from '../src/view/asciicast.ts';
import { type Line, span } from '../src/view/line.ts';
import { svg } from '../src/view/svg.ts';

const title: Line = [span('demo ', 'bold'), span('a < b & c')];
const frames = [
  { at: 0, lines: [title, [], [span('first', 'good')]] },
  { at: 500, lines: [title, [], [span('second', 'bad')]] },
];

describe('svg', () => {
  it('holds each different line once and shows it in each picture', () => {
    const image = svg(frames);
    expect(image.match(/>first</g)).toHaveLength(1);
    expect(image.match(/a &lt; b &amp; c/g)).toHaveLength(1);
    expect(image.match(/<use href="#l0"/g)).toHaveLength(2);
  });

  it('moves from picture to picture at their times, and stands still at the last for who wants no motion', () => {
    const image = svg(frames);
    expect(image).toContain('0.00%{transform:translateX(-0px)}4.00%{transform:translateX(-150px)}');
    expect(image).toContain('#film{transform:translateX(-150px);animation:film 12.5s step-end infinite}');
  });
});

describe('asciicast', () => {
  it('is a header and an event for each picture', () => {
    const [header, ...events] = asciicast(frames)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header).toMatchObject({ version: 2, width: 14, height: 3 });
    expect(events.map(([at, kind]) => [at, kind])).toEqual([
      [0, 'o'],
      [0.5, 'o'],
    ]);
    expect(events[1][2]).toMatch(/second/);
  });
});
