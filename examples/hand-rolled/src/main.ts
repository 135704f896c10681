import { setInterval } from 'node:timers/promises';
import { inCluster } from '@kubefresh/core';
import { createApi, listPods } from './api.ts';

/** Between two lists, ms. */
const INTERVAL = Number(process.env['INTERVAL_MS'] ?? 5000);

const cluster = inCluster();
const api = createApi(cluster);
cluster.source
  .on('renewed', ({ credential, reason }) => log({ renewed: String(credential.token), reason }))
  .on('stale', ({ lifetime }) => log({ stale: lifetime.state }))
  .on('fault', ({ code, error }) => log({ fault: code, message: error.message }));

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

try {
  const { namespace = 'default' } = await cluster.source.ready({ signal: stopping.signal });
  for await (const _ of setInterval(INTERVAL, undefined, { signal: stopping.signal })) await list(namespace);
} catch (error) {
  if (!stopping.signal.aborted) throw error;
}

async function list(namespace: string): Promise<void> {
  try {
    const pods = await listPods(api, namespace);
    log({ namespace, pods: pods.length });
  } catch (error) {
    log({ namespace, failed: error instanceof Error ? error.message : String(error) });
  }
}

/** One line of JSON for each event. */
function log(event: object): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...event }));
}
