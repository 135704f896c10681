import { createProjectedVolume, startApiServer } from '@kubefresh/testing';

const server = await startApiServer();
const volume = createProjectedVolume({
  files: { token: await server.mint(), 'ca.crt': server.caBundle, namespace: 'default' },
});
for (const n of ['a', 'b'])
  server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: n, namespace: 'default' } });
process.send({
  host: server.host,
  port: server.port,
  origin: server.origin,
  root: volume.root,
  tokenFile: volume.tokenFile,
  caFile: volume.caFile,
});
process.on('disconnect', () => {
  volume[Symbol.dispose]();
  process.exit(0);
});
