import { createLogUpdate } from 'log-update';
import type { Snapshot } from '../observer.ts';
import type { View } from '../run.ts';
import { frame } from './frame.ts';
import { ansi, fit } from './line.ts';
import { resultLines } from './table.ts';

/** A picture that is drawn anew in place, for a terminal; it makes room for the table in the end. */
export function liveView(terminal: NodeJS.WriteStream): View {
  const draw = createLogUpdate(terminal);

  function show(snapshot: Snapshot): void {
    const lines = frame(snapshot).map((line) => ansi(fit(line, terminal.columns)));
    draw(lines.join('\n'));
  }

  return {
    begin: show,
    act: show,
    tick: show,
    end(snapshot) {
      draw.clear();
      draw.done();
      for (const line of resultLines(snapshot)) terminal.write(`${ansi(line)}\n`);
    },
  };
}
