import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fluentClient, stockFluentClient } from './src/drivers/fluent-client.ts';
import { kubernetesClient, stockKubernetesClient } from './src/drivers/kubernetes-client.ts';

const child = fork(new URL('.srv.mjs', import.meta.url));
const [m] = await once(child, 'message');
const env = { KUBERNETES_SERVICE_HOST: m.host, KUBERNETES_SERVICE_PORT: String(m.port) };
Object.assign(process.env, env);
const world = { server: { origin: m.origin }, volume: m, env, kind: 'in-cluster' };
const run = async (list, n, c) => {
  const t = performance.now();
  let left = n;
  await Promise.all(
    Array.from({ length: c }, async () => {
      while (left-- > 0) await list();
    }),
  );
  return n / ((performance.now() - t) / 1000);
};
const out = {};
const drivers = process.argv[2]
  ? [fluentClient]
  : [stockFluentClient, fluentClient, stockKubernetesClient, kubernetesClient];
for (let round = 0; round < 6; round++)
  for (const driver of drivers) {
    const client = await driver.connect(world);
    const ours = driver.flavour === 'kubefresh';
    await client.list();
    (out[driver.id + ' c1'] ??= []).push(await run(client.list, ours ? 1000 : 200, 1));
    (out[driver.id + ' c20'] ??= []).push(await run(client.list, ours ? 2000 : 300, 20));
    await client[Symbol.asyncDispose]();
  }
for (const [k, v] of Object.entries(out)) {
  const s = [...v].sort((a, b) => a - b);
  console.log(k.padEnd(34), 'median', s[3].toFixed(0), '|', v.map((x) => x.toFixed(0)).join(' '));
}
child.disconnect();
process.exit(0);
