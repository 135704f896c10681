import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { Driver, Path } from '../driver.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';
import { statusOf } from '../status.ts';

const CALLERS = 20;
/** Between two requests of one caller, ms: 20 of them without any would take a whole core for as long as it lasts. */
const PAUSE = 50;
/** How far apart the rotations are, ms: in an order that is the same each time. */
const GAPS = { shortest: 5, longest: 60 };
/** A token that stands longer than this, ms, has to come to use. */
const STANDS = 20;
/** It takes some milliseconds, ms. */
const USED_WITHIN = 2_000;

/**
 * How often it is rotated. What holds for a hundred more holds for core's ways of injecting, on which the adapters rest: each
 * of these runs takes 8 s, and 2.5 s of a core. KUBEFRESH_ROTATIONS=200 has all drivers run them. A stock client fails at the first.
 */
const ROTATIONS = { core: 200, adapter: 40, stock: 20 };

/** Many rotations in a row. */
export const rotationRows: readonly Row[] = [
  {
    id: 'F1',
    group: 'files',
    title:
      'rotations 5 to 60 ms apart under 20-way load, the old token refused at once: 0 failed, each that stood 20 ms was used',
    paths: ['list'],
    bound: 120_000,
    async run(stage, path) {
      await stage.perform(path);
      let rotating = true;
      const load = Array.from({ length: CALLERS }, async () => {
        while (rotating) {
          await call(stage, path, () => rotating);
          await setTimeout(PAUSE);
        }
      });
      const rotations = (async () => {
        const count = rotationsOf(stage.driver);
        for (let index = 0; index < count && rotating; index += 1) await rotate(stage, gap(index));
      })();
      const ended = rotations.finally(() => {
        rotating = false;
      });
      await Promise.all([ended, ...load]).finally(() => {
        rotating = false;
      });
      checkRefusals(stage);
    },
  },
];

/** A request; who leaves it to his caller to send it again is asked as often as another rotation has overtaken it. */
async function call(stage: Stage, path: Path, isRotating: () => boolean): Promise<void> {
  // Of then: the last rotation may be over when the answer comes.
  const overtakable = isRotating();
  try {
    await stage.perform(path);
  } catch (error) {
    if (stage.driver.resends !== false || statusOf(error) !== 401 || !overtakable) throw error;
    await call(stage, path, isRotating);
  }
}

/** A new token, the old one refused at once; resolves when its time is over, and it was used where that was long enough. */
async function rotate(stage: Stage, stands: number): Promise<void> {
  const from = stage.server.journal.length;
  const { jti } = await stage.rotate();
  await setTimeout(stands);
  if (stands <= STANDS) return;
  const isUse = (entry: { jti?: string | undefined; status: number }) => entry.jti === jti && entry.status === 200;
  await stage.server.journal.waitFor(isUse, { from, timeoutMs: USED_WITHIN });
}

/** A request that was under way may come too late, once each; whoever was refused does not come with the same token again. */
function checkRefusals({ requests }: Stage): void {
  const refused = new Map<string, number>();
  for (const { jti = '', status } of requests) if (status === 401) refused.set(jti, (refused.get(jti) ?? 0) + 1);
  const most = Math.max(0, ...refused.values());
  assert.ok(most <= CALLERS, `one token was refused ${most} times`);
}

function rotationsOf({ id, flavour }: Driver): number {
  if (flavour === 'stock') return ROTATIONS.stock;
  const asked = Number(process.env['KUBEFRESH_ROTATIONS'] ?? ROTATIONS.adapter);
  return id.startsWith('core-') ? ROTATIONS.core : asked;
}

function gap(index: number): number {
  const { shortest, longest } = GAPS;
  // 17 and the length of the range have no common divisor: each of them comes, in no order.
  return shortest + ((index * 17) % (longest - shortest + 1));
}
