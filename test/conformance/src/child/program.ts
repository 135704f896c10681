import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import type { Client } from '../driver.ts';
import { inotifyWatches } from '../inotify.ts';
import { hearRenewals, hearReports } from '../reports.ts';
import { statusOf } from '../status.ts';
import { driverOf } from './drivers.ts';
import type { Message, Request, Task } from './messages.ts';

/** A watch of a file has no event of its own, ms. */
const LOOK_AGAIN = 20;

/** A program that uses one client, and does what the suite asks for: `program.ts <driver id>`. */
const driver = await driverOf(process.argv[2] ?? '');
let client: Client | undefined;

const tell = (message: Message) => process.connected && process.send?.(message);
hearRenewals((jti, reason) => tell({ type: 'renewed', jti, reason }));
hearReports((report) => tell({ type: 'report', report }));
process.on('message', async (request: Request) => {
  try {
    await perform(request);
    tell({ type: 'answer', id: request.id });
  } catch (error) {
    const { message = String(error) } = Object(error) as { message?: string };
    const status = statusOf(error);
    tell({ type: 'answer', id: request.id, error: message, ...(status !== undefined && { status }) });
  }
  if (request.do === 'leave') process.disconnect();
});
tell({ type: 'answer', id: 0 });

async function perform(task: Task): Promise<void> {
  switch (task.do) {
    case 'connect':
      Object.assign(process.env, task.world.env);
      client = await driver.connect(task.world);
      return;
    case 'list':
      await client?.list?.();
      return;
    case 'watch':
      await client?.watch?.((name) => tell({ type: 'seen', name }));
      return;
    case 'follow':
      await client?.followLog?.(task.pod, (name) => tell({ type: 'seen', name }));
      return;
    case 'limitInotify':
      return writeFileSync('/proc/sys/user/max_inotify_instances', String(task.instances));
    case 'awaitWatcher':
      while (inotifyWatches() === 0) await setTimeout(LOOK_AGAIN);
      return;
    case 'close':
      await client?.[Symbol.asyncDispose]();
      return;
    case 'block':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, task.ms);
      return;
    case 'jump':
    case 'hurry':
    case 'leave':
      return;
  }
}
