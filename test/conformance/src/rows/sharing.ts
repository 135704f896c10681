import assert from 'node:assert/strict';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Client } from '../driver.ts';
import { inotifyWatches } from '../inotify.ts';
import type { Row } from '../row.ts';
import { Stage } from '../stage.ts';

/**
 * The table's 1,000 volumes and 10,000 minted tokens are measured in test/bench alone, each in a program of its own: memory beside
 * that of other tests says nothing, and none of it depends on the client.
 */
const VOLUMES = 16;
/** What of inotify a volume takes. */
const WATCHES = 1;
/** How long nothing is asked of them, and what they may spend of it, ten times what is usual, ms. */
const IDLE = { ms: 400, most: 30 };
/** A client each. */
const REQUESTS = 1_000;

/** What many clients in one process share. */
export const sharingRows: readonly Row[] = [
  {
    id: 'P2',
    group: 'process',
    title: 'ten clients on one volume: one watcher; nine are closed: the tenth lives',
    paths: ['list'],
    async run(stage, path) {
      await stage.perform(path);
      const watches = inotifyWatches();
      const nine: Client[] = [];
      for (let count = 0; count < 9; count += 1) {
        const client = await stage.another();
        nine.push(client);
        await stage.perform(path, client);
      }
      // Those of earlier clients may be going away meanwhile.
      assert.ok(inotifyWatches() <= watches, 'there are more watchers');
      for (const client of nine) await client[Symbol.asyncDispose]();
      await stage.rotate();
      await stage.perform(path);
    },
  },
  {
    id: 'P6',
    group: 'process',
    title:
      '16 volumes in one process: each client has its own token, and sees its own rotation; no more of anything than that; idle when idle',
    paths: ['list'],
    async run({ driver, server }, path) {
      const watches = inotifyWatches();
      const connections = server.connections;
      const stages: Stage[] = [];
      try {
        for (let count = 0; count < VOLUMES; count += 1) stages.push(await Stage.set(driver, server));
        for (const stage of stages) await stage.perform(path);
        for (const stage of stages) {
          const { jti } = await stage.rotate();
          await stage.perform(path);
          assert.equal(stage.requests.at(-1)?.jti, jti);
        }
        // The suite's own stage has begun to watch meanwhile.
        assert.ok(inotifyWatches() - watches <= (VOLUMES + 1) * WATCHES, `${inotifyWatches() - watches} watches more`);
        assert.ok(server.connections - connections <= VOLUMES, `${server.connections - connections} connections more`);
        const before = process.threadCpuUsage();
        await setTimeout(IDLE.ms);
        const { user, system } = process.threadCpuUsage(before);
        assert.ok((user + system) / 1000 <= IDLE.most, `${(user + system) / 1000} ms of a core`);
      } finally {
        for (const stage of stages) await stage[Symbol.asyncDispose]();
      }
      await expect.poll(inotifyWatches).toBeLessThanOrEqual(watches + WATCHES);
    },
  },
  {
    id: 'P8',
    group: 'process',
    title: 'a client made for each of 1,000 requests, and never closed: one connection, one watcher, no timer more',
    paths: ['list'],
    // It takes 3 s, and as many times more as there are programs for a core.
    bound: 120_000,
    async run(stage, path) {
      const clients: Client[] = [];
      try {
        await stage.perform(path);
        const before = stage.server.connectionsOpened;
        const [watches, timers] = [inotifyWatches(), activeTimers()];
        for (let count = 0; count < REQUESTS; count += 1) {
          const client = await stage.another();
          clients.push(client);
          await stage.perform(path, client);
        }
        const opened = stage.server.connectionsOpened - before;
        assert.equal(opened, 0, `${opened} more connections were opened`);
        assert.ok(inotifyWatches() <= watches, 'there are more watchers');
        assert.ok(activeTimers() <= timers, 'there are more timers');
      } finally {
        for (const client of clients) await client[Symbol.asyncDispose]();
      }
    },
  },
];

/** Timers that hold the process. */
function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}
