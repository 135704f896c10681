import { setInterval } from 'node:timers/promises';
import { CoreV1Api, KubeConfig, makeInformer } from '@kubefresh/client-node';

/** Between two lists, ms. */
const INTERVAL = Number(process.env['INTERVAL_MS'] ?? 5000);

// The official client's own code, but for the import above.
const config = new KubeConfig();
config.loadFromDefault();
const namespace = config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
const core = config.makeApiClient(CoreV1Api);

const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, () =>
  core.listNamespacedPod({ namespace }),
);
informer.on('add', (pod) => log({ added: pod.metadata?.name }));
informer.on('delete', (pod) => log({ deleted: pod.metadata?.name }));
informer.on('error', (error) => log({ informer: String(error) }));
await informer.start();

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

try {
  for await (const _ of setInterval(INTERVAL, undefined, { signal: stopping.signal })) await list();
} catch (error) {
  if (!stopping.signal.aborted) throw error;
} finally {
  await informer.stop();
}

async function list(): Promise<void> {
  try {
    const { items } = await core.listNamespacedPod({ namespace });
    log({ pods: items.length });
  } catch (error) {
    log({ failed: String(error) });
  }
}

/** One line of JSON for each event. */
function log(event: object): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...event }));
}
