import { setInterval } from 'node:timers/promises';
import { inCluster } from '@kubefresh/core';
import { createFetch } from '@kubefresh/core/undici';

/** Between two lists, ms. */
const INTERVAL = Number(process.env['INTERVAL_MS'] ?? 5000);

const cluster = inCluster();
const kube = createFetch(cluster);
cluster.source
  .on('renewed', ({ credential, reason }) => log({ renewed: String(credential.token), reason }))
  .on('stale', ({ lifetime }) => log({ stale: lifetime.state }))
  .on('rejected', ({ explanation }) => log({ rejected: explanation }))
  .on('fault', ({ code, error }) => log({ fault: code, message: error.message }));

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

try {
  const { namespace = 'default' } = await cluster.source.ready({ signal: stopping.signal });
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  watch(pods);
  for await (const _ of setInterval(INTERVAL, undefined, { signal: stopping.signal })) await list(pods);
} catch (error) {
  if (!stopping.signal.aborted) throw error;
} finally {
  await kube.close();
  await cluster.source.close();
}

async function list(pods: string): Promise<void> {
  try {
    const response = await kube(pods, { signal: stopping.signal });
    const body = (await response.json()) as { items?: unknown[] };
    log({ status: response.status, pods: body.items?.length });
  } catch (error) {
    if (!stopping.signal.aborted) log({ failed: String(error) });
  }
}

/** Holds a watch, and opens it again when the server ends it. */
async function watch(pods: string): Promise<void> {
  while (!stopping.signal.aborted) {
    try {
      const response = await kube(`${pods}?watch=1&timeoutSeconds=300`, { signal: stopping.signal });
      log({ watching: response.status });
      for await (const chunk of response.body ?? []) log({ event: Buffer.from(chunk).length });
    } catch (error) {
      if (!stopping.signal.aborted) log({ watchEnded: String(error) });
    }
  }
}

/** One line of JSON for each event. */
function log(event: object): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...event }));
}
