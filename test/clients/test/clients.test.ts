import { createProjectedVolume, type ProjectedVolume, startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ON_AGENT, ON_DISPATCHER, SOCKETS_ON_AGENT, SOCKETS_ON_DISPATCHER } from '../src/clients/index.ts';
import { NODE_VERSIONS, Remote } from '../src/remote.ts';

const ALL = [...Object.keys(ON_AGENT), ...Object.keys(ON_DISPATCHER)];
const SOCKETS = [...Object.keys(SOCKETS_ON_AGENT), ...Object.keys(SOCKETS_ON_DISPATCHER)];
const PODS = '/api/v1/namespaces/default/pods';
const EXEC = `${PODS}/shell/exec?command=hello&stdout=true`;

describe.each(NODE_VERSIONS)('on Node %s', (version) => {
  let server: TestApiServer;
  let volume: ProjectedVolume;
  let remote: Remote;

  beforeAll(async () => {
    server = await startApiServer();
    volume = createProjectedVolume({ files: { token: await server.mint(), 'ca.crt': server.caBundle } });
    server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shell', namespace: 'default' } });
    server.pods.onExec(({ command, stdout }) => {
      stdout.write(command.join(' '));
      return 0;
    });
    remote = new Remote(version, {
      KUBERNETES_SERVICE_HOST: server.host,
      KUBERNETES_SERVICE_PORT: String(server.port),
      KUBEFRESH_ROOT: volume.root,
      // The server must be trusted by another name too, to see what is sent there.
      NODE_EXTRA_CA_CERTS: volume.caFile,
    });
  });

  afterAll(async () => {
    const code = await remote.end();
    await server.close();
    volume[Symbol.dispose]();
    expect(code).toBe(0);
  });

  /** Puts a new token into the volume; the one before stays good unless it is refused. */
  async function rotate({ refuseOld }: { readonly refuseOld: boolean }) {
    const old = server.journal.last?.jti;
    const next = await server.mint();
    volume.write({ token: next });
    if (refuseOld && old !== undefined) server.revoke(old);
    return next;
  }

  it.each(ALL)('%s carries no token to another origin', async (client) => {
    const url = `https://localhost:${server.port}${PODS}`;
    expect(await remote.send(client, url)).toMatchObject({ status: 403 });
    expect(server.journal.last).toMatchObject({ credential: 'none' });
  });

  it.each(ALL)('%s carries the token of now, over a rotation', async (client) => {
    expect(await remote.send(client, server.origin + PODS)).toMatchObject({ status: 200 });
    const { jti } = await rotate({ refuseOld: true });
    const name = `pod-${server.journal.length}`;
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });
    expect(await remote.send(client, server.origin + PODS, json)).toMatchObject({ status: 201 });
    expect(server.journal.last).toMatchObject({ jti, authorizations: 1 });
    const { body } = await remote.send(client, `${server.origin}${PODS}/${name}`);
    expect(JSON.parse(body ?? '')).toMatchObject({ metadata: { name } });
  });

  it.each(ALL)('%s shares connections', async (client) => {
    const before = server.connectionsOpened;
    for (let call = 0; call < 5; call += 1) await remote.send(client, server.origin + PODS);
    expect(server.connectionsOpened - before).toBeLessThanOrEqual(2);
  });

  it.each(Object.keys(ON_DISPATCHER))('%s sees nothing of a 401', async (client) => {
    await remote.send(client, server.origin + PODS);
    const { jti } = await rotate({ refuseOld: false });
    using refusal = server.faults.refuse({ jti });
    expect(await remote.send(client, server.origin + PODS)).toMatchObject({ status: 200 });
    expect(refusal.hits).toBe(1);
  });

  it.each(Object.keys(ON_AGENT))('%s gets a 401, and then carries a token that serves', async (client) => {
    await remote.send(client, server.origin + PODS);
    const { jti } = await rotate({ refuseOld: false });
    using refusal = server.faults.refuse({ jti });
    expect(await remote.send(client, server.origin + PODS)).toMatchObject({ status: 401 });
    expect(await remote.send(client, server.origin + PODS)).toMatchObject({ status: 200 });
    expect(refusal.hits).toBe(1);
  });

  const exec = (client: string, host = server.host) => remote.send(client, `wss://${host}:${server.port}${EXEC}`);

  it.each(SOCKETS)('%s carries the token of now, and none to another origin', async (client) => {
    expect(await exec(client)).toMatchObject({ status: 101, body: 'hello' });
    const { jti } = await rotate({ refuseOld: true });
    expect(await exec(client)).toMatchObject({ status: 101, body: 'hello' });
    expect(server.journal.last).toMatchObject({ jti, authorizations: 1 });
    expect(await exec(client, 'localhost')).not.toMatchObject({ status: 101 });
    expect(server.journal.last).toMatchObject({ credential: 'none', status: 403 });
  });

  it.each(Object.keys(SOCKETS_ON_DISPATCHER))('%s sees nothing of a 401', async (client) => {
    const { jti } = await rotate({ refuseOld: false });
    using refusal = server.faults.refuse({ jti });
    expect(await exec(client)).toMatchObject({ status: 101, body: 'hello' });
    expect(refusal.hits).toBe(1);
  });

  it.each(Object.keys(SOCKETS_ON_AGENT))('%s gets a 401, and then carries a token that serves', async (client) => {
    const { jti } = await rotate({ refuseOld: false });
    using refusal = server.faults.refuse({ jti });
    expect(await exec(client)).toMatchObject({ status: 401 });
    expect(await exec(client)).toMatchObject({ status: 101, body: 'hello' });
    expect(refusal.hits).toBe(1);
  });

  it.each(SOCKETS)('%s trusts the CA of now', async (client) => {
    volume.write({ 'ca.crt': await server.rotateCA() });
    expect(await exec(client)).toMatchObject({ status: 101 });
  });

  it.each(ALL)('%s trusts the CA of now', async (client) => {
    const ca = await server.rotateCA();
    server.cutConnections();
    volume.write({ 'ca.crt': ca });
    expect(await remote.send(client, server.origin + PODS)).toMatchObject({ status: 200 });
  });
});
