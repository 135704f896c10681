import { setInterval } from 'node:timers/promises';
import { type CredentialSource, inCluster } from '@kubefresh/core';
import { ApiConnection } from '@kubefresh/core/verify';
import { healing, receive, tokenFor } from './tokens.ts';

/** Between two calls, ms. */
const INTERVAL = Number(process.env['INTERVAL_MS'] ?? 5000);
/** Who the token is for; a service that takes Kubernetes tokens says what it goes by. */
const AUDIENCE = process.env['AUDIENCE'] ?? 'https://orders.example';

const own = inCluster();
const cluster = { ...own, source: healing(own) };
const forOrders = tokenFor(cluster, AUDIENCE);
// The other side: the service that receives the token. In one program here, so that one pod shows both.
const api = new ApiConnection({ cluster });

watch('own', cluster.source);
watch('orders', forOrders);

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
process.once('SIGINT', () => stopping.abort());

try {
  await forOrders.ready({ signal: stopping.signal });
  for await (const _ of setInterval(INTERVAL, undefined, { signal: stopping.signal })) await call();
} catch (error) {
  if (!stopping.signal.aborted) throw error;
} finally {
  await api.close();
  await forOrders.close();
  await cluster.source.close();
  await own.source.close();
}

async function call(): Promise<void> {
  const token = forOrders.current().token.reveal();
  try {
    log({ received: await receive(`Bearer ${token}`, api, AUDIENCE) });
  } catch (error) {
    log({ refused: error instanceof Error ? error.message : String(error) });
  }
}

function watch(name: string, source: CredentialSource): void {
  source
    .on('renewed', ({ credential, reason }) => log({ name, renewed: String(credential.token), reason }))
    .on('stale', ({ lifetime }) => log({ name, stale: lifetime.state }))
    .on('rejected', ({ explanation }) => log({ name, ...explanation }))
    .on('fault', ({ code, error }) => log({ name, fault: code, message: error.message }));
}

/** One line of JSON for each event. */
function log(event: object): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...event }));
}
