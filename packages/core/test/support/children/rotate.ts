import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { createProjectedVolume } from '@kubefresh/testing';
import { makeToken } from '../make-token.ts';

/**
 * The kubelet as a process of its own: makes a volume in the directory given, prints its path, and after a line on stdin
 * rotates its token so many times, 5 to 60 ms apart. Prints which token stood from when to when; after another line it removes
 * all.
 */
const [parent = '', rotations = '0'] = process.argv.slice(2);
using volume = createProjectedVolume({ parent, files: { token: makeToken() } });
console.log(volume.directory);
await once(process.stdin, 'data');
const stood: { jti: string; from: number; to: number }[] = [];
for (let rotation = 0; rotation < Number(rotations); rotation += 1) {
  const jti = `rotation-${rotation}`;
  const steps = volume.writeSteps({ token: makeToken({ jti }) });
  for (const step of steps) if (step === 'commit') stood.push({ jti, from: Date.now(), to: Number.POSITIVE_INFINITY });
  await setTimeout(5 + Math.random() * 55);
  const last = stood.at(-1);
  if (last !== undefined) last.to = Date.now();
}
console.log(JSON.stringify(stood));
await once(process.stdin, 'data');
process.stdin.destroy();
