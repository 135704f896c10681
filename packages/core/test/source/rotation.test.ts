import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createProjectedVolume } from '@kubefresh/testing';
import { expect, test } from 'vitest';
import type { SourceEvents } from '../../src/source/types.ts';
import { volumeSource } from '../../src/source/volume-source.ts';
import { nextEvent } from '../support/await-event.ts';
import { startChild } from '../support/child.ts';
import { makeToken } from '../support/make-token.ts';
import { recordEvents } from '../support/record-events.ts';
import { untilWatching } from '../support/until-watching.ts';

const ROTATIONS = 200;

test('F1: of 200 rotations by another process, several a second, each that stood for 20 ms was taken by its event alone', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'kubefresh-rotation-'));
  const child = startChild('rotate.ts', { args: [parent, String(ROTATIONS)] });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const said = lines[Symbol.asyncIterator]();
  const directory = String((await said.next()).value);
  // No poll within the test, and no look on use: nobody calls current().
  await using source = volumeSource({ directory, pollInterval: 3_600_000 });
  const events = recordEvents(source);
  // When this process was awake: on a busy machine it may be denied the processor for longer than a rotation stands.
  const awake: number[] = [];
  const heart = setInterval(() => awake.push(Date.now()), 2);
  // Before, there are no events.
  await untilWatching(source);
  child.stdin?.write('go\n');
  const stood: { jti: string; from: number; to: number }[] = JSON.parse(String((await said.next()).value));
  clearInterval(heart);
  const last = stood.at(-1)?.jti;
  const isLast = ({ credential }: SourceEvents['renewed']) => credential.token.claims?.jti === last;
  // Nothing replaces it: however late this process is, an event has told of it, or will.
  if (!events.renewed.some(isLast)) await nextEvent(source, 'renewed', isLast);
  child.stdin?.write('end\n');
  await once(child, 'close');
  rmSync(parent, { recursive: true });

  const seen = new Set(events.renewed.map(({ credential }) => credential.token.claims?.jti));
  // Two beats of the heart with a turn of the event loop between them.
  const fair = stood.filter(
    ({ from, to }) => to - from > 20 && awake.filter((beat) => beat > from && beat < to).length > 1,
  );
  expect(stood).toHaveLength(ROTATIONS);
  expect(fair.length).toBeGreaterThan(ROTATIONS / 4);
  expect(fair.filter(({ jti }) => !seen.has(jti))).toEqual([]);
  expect(events.renewed.every(({ reason }) => reason === 'watch')).toBe(true);
});

test('F2: of two swaps at once the last is held, by events alone', async () => {
  using volume = createProjectedVolume({ files: { token: makeToken() } });
  await using source = volumeSource({ directory: volume.directory, pollInterval: 3_600_000 });
  for (let round = 0; round < 40; round += 1) {
    const last = makeToken();
    const renewed = nextEvent(source, 'renewed', ({ credential }) => credential.token.reveal() === last);
    volume.write({ token: makeToken() });
    volume.write({ token: last });
    await renewed;
  }
});

test('F2: and by looks on use alone, within 10 ms of the clock, each of them at no cost within', async () => {
  using volume = createProjectedVolume({ files: { token: makeToken({ jti: 'first' }) } });
  const { ManualClock } = await import('../support/manual-clock.ts');
  const clock = new ManualClock(Date.now());
  await using source = volumeSource({ directory: volume.directory, clock });
  expect(source.current().token.claims?.jti).toBe('first');
  volume.write({ token: makeToken({ jti: 'second' }) });
  volume.write({ token: makeToken({ jti: 'third' }) });
  // The look of this turn was made above.
  expect(source.current().token.claims?.jti).toBe('first');
  clock.advance(10);
  expect(source.current().token.claims?.jti).toBe('third');
});
