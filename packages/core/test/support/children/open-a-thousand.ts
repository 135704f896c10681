import { createHook } from 'node:async_hooks';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { inCluster } from '@kubefresh/core';

/** Asks for the cluster a thousand times, as a program does that has it in its request handler, and counts what that costs. */
const [root = ''] = process.argv.slice(2);
const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
let timers = 0;
createHook({
  init(_, type) {
    if (type === 'Timeout') timers += 1;
  },
}).enable();

function costs() {
  let watches = 0;
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`).includes('inotify')) {
        watches += readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^inotify wd/gmu)?.length ?? 0;
      }
    } catch {
      // The descriptor of the listing itself.
    }
  }
  return {
    watches,
    descriptors: readdirSync('/proc/self/fd').length,
    holding: process.getActiveResourcesInfo().length,
  };
}

const { source } = inCluster({ root, env });
while (source.status().watcher !== 'watching') await setTimeout(5);
const one = costs();
timers = 0;
const seen = new Set<unknown>();
for (let request = 0; request < 1_000; request += 1) seen.add(inCluster({ root, env }).source.current());
const timersForAll = timers;
console.log(JSON.stringify({ one, thousand: costs(), timersForAll, credentials: seen.size }));
