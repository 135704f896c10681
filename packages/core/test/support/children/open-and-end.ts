import { inCluster, volumeSource } from '@kubefresh/core';

/** Opens sources on the root given, has one refused, closes none, and has nothing else to do. */
const [root = ''] = process.argv.slice(2);
const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
const { source } = inCluster({ root, env });
const other = volumeSource({ directory: root, pollInterval: 10 });
source.on('renewed', () => {});
await source.ready();
await source.renew();
await source.rejected(source.current(), { status: 401, origin: 'https://10.96.0.1', sentAt: performance.now() });
console.log(JSON.stringify([source.status().state, other.status().state]));
