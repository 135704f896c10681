import { writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { volumeSource } from '@kubefresh/core';
import { createProjectedVolume } from '@kubefresh/testing';
import { makeToken } from '../make-token.ts';

/**
 * Runs in a user namespace of its own without inotify instances: rotates under a source, prints what told it of each rotation,
 * gets the instances back, and rotates until an event tells.
 */
const LIMIT = '/proc/sys/user/max_inotify_instances';
writeFileSync(LIMIT, '0');
const warnings: string[] = [];
process.on('warning', (warning: NodeJS.ErrnoException) => warnings.push(String(warning.code)));
const volume = createProjectedVolume({ files: { token: makeToken(), namespace: 'default' } });
const source = volumeSource({ directory: volume.directory, pollInterval: 10, caFile: false });
const faults: string[] = [];
source.on('fault', ({ code }) => faults.push(code));
const reasons: string[] = [];
source.on('renewed', ({ reason }) => reasons.push(reason));

/** Rotates until `done`, at most 500 times; the token in use must be the new one after each. */
async function rotateUntil(done: () => boolean): Promise<void> {
  for (let rotation = 0; rotation < 500 && !done(); rotation += 1) {
    const token = makeToken();
    const renewed = new Promise<void>((resolve) => {
      const listener = () => {
        source.off('renewed', listener);
        resolve();
      };
      source.on('renewed', listener);
    });
    volume.write({ token });
    await renewed;
    if (source.current().token.reveal() !== token) throw new Error('Another token is in use.');
  }
}

// A source holds no process.
const hold = setInterval(() => {}, 1_000);
// Longer than it takes to try the watcher again, several times.
await rotateUntil(() => reasons.length === 30);
const before = { watcher: source.status().watcher, reasons: [...new Set(reasons)], faults: [...faults] };
const token = makeToken();
volume.write({ token });
await setTimeout(11);
const onUse = source.current().token.reveal() === token;
writeFileSync(LIMIT, '128');
await rotateUntil(() => reasons.includes('watch'));
// The first events come before chokidar has said that it is ready, which has no event of ours.
for (let wait = 0; wait < 500 && source.status().watcher !== 'watching'; wait += 1) await setTimeout(10);
console.log(JSON.stringify({ before, onUse, after: source.status().watcher, faults, warnings }));
clearInterval(hold);
await source.close();
volume[Symbol.dispose]();
