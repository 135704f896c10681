import { once } from 'node:events';
import { type MintedToken, startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { call } from './support/call.ts';

const POD = '/api/v1/namespaces/default/pods/p';
let server: TestApiServer;
let token: MintedToken;
beforeAll(async () => {
  server = await startApiServer();
  token = await server.mint();
  server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' } });
});
afterAll(() => server.close());

function open(path: string, protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'], credential = token.token) {
  const address = new URL(path, server.url);
  address.protocol = 'wss:';
  return new WebSocket(address, protocols, {
    ca: server.caBundle,
    ...(credential && { headers: { authorization: `Bearer ${credential}` } }),
  });
}

/** All messages of a socket by channel, once it is closed. */
async function collect(socket: WebSocket): Promise<Record<number, string>> {
  const channels: Record<number, string> = {};
  socket.on('message', (data: Buffer) => {
    const [channel = 0] = data;
    channels[channel] = (channels[channel] ?? '') + data.subarray(1).toString();
  });
  await once(socket, 'close');
  return channels;
}

const message = (channel: number, text: string) => Buffer.concat([Buffer.of(channel), Buffer.from(text)]);

it('exec echoes its command and its stdin, and reports success', async () => {
  const socket = open(`${POD}/exec?command=cat&command=-n&stdin=true&stdout=true`);
  socket.on('open', () => {
    socket.send(message(0, 'hello '));
    socket.send(message(0, 'there'));
    socket.send(Buffer.of(255, 0));
  });
  const channels = await collect(socket);
  expect(socket.protocol).toBe('v5.channel.k8s.io');
  expect(channels[1]).toBe('cat -n\nhello there');
  expect(JSON.parse(channels[3] ?? '')).toEqual({ metadata: {}, status: 'Success' });
  expect(server.journal.last).toMatchObject({ status: 101, jti: token.jti, path: `${POD}/exec` });
  await expect.poll(() => server.journal.last?.endedAt).toBeDefined();
});

it('exec does what a handler does, exit code and stderr too', async () => {
  server.pods.onExec(({ command, container, stderr, pod }) => {
    stderr.write(`${pod}/${container}: ${command.join()}`);
    return 3;
  });
  const channels = await collect(open(`${POD}/exec?command=false&container=c&stderr=true`));
  expect(channels[2]).toBe('p/c: false');
  expect(JSON.parse(channels[3] ?? '')).toEqual({
    metadata: {},
    status: 'Failure',
    message: 'command terminated with non-zero exit code: command terminated with exit code 3',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '3' }] },
  });
});

it('attach runs until its stdin ends', async () => {
  const socket = open(`${POD}/attach?stdin=true&stdout=true`, ['v4.channel.k8s.io']);
  socket.on('open', () => {
    socket.send(message(0, 'typed'));
    socket.on('message', (data: Buffer) => {
      if (data.toString().includes('typed')) socket.close();
    });
  });
  expect((await collect(socket))[1]).toBe('typed');
  expect(socket.protocol).toBe('v4.channel.k8s.io');
});

it('port-forward begins both channels of a port with its number, then echoes', async () => {
  const socket = open(`${POD}/portforward?ports=8080`);
  const received: Buffer[] = [];
  socket.on('message', (data: Buffer) => {
    received.push(data);
    if (received.length === 2) socket.send(message(0, 'ping'));
    if (received.length === 3) socket.close();
  });
  await once(socket, 'close');
  expect(received).toEqual([Buffer.of(0, 0x90, 0x1f), Buffer.of(1, 0x90, 0x1f), message(0, 'ping')]);
});

it('takes a token from the WebSocket protocols', async () => {
  const protocol = `base64url.bearer.authorization.k8s.io.${Buffer.from(token.token).toString('base64url')}`;
  server.pods.onExec(() => 0);
  const socket = open(`${POD}/exec?command=x&stdout=true`, [protocol, 'v4.channel.k8s.io'], '');
  await collect(socket);
  expect(socket.protocol).toBe('v4.channel.k8s.io');
  expect(server.journal.last).toMatchObject({ status: 101, jti: token.jti });
  expect(JSON.stringify(server.journal.entries)).not.toContain(protocol);
});

it.each([
  ['a dead token', 401, `${POD}/exec`, 'dead'],
  ['no token', 403, `${POD}/exec`, ''],
  ['an absent pod', 404, '/api/v1/namespaces/default/pods/absent/exec', undefined],
])('answers %s with %d, not 101', async (_name, status, path, credential) => {
  const socket = open(path, undefined, credential);
  const [, response] = await once(socket, 'unexpected-response');
  expect(response.statusCode).toBe(status);
  socket.on('error', () => undefined);
  socket.terminate();
});

it('wants an upgrade for exec', async () => {
  expect((await call(server, `${POD}/exec`, { token, method: 'POST' })).status).toBe(400);
});

it('streams logs: what there is, the tail of it, and what comes', async () => {
  server.pods.log('p', 'one');
  server.pods.log('p', 'two');
  expect((await call(server, `${POD}/log`, { token })).text).toBe('one\ntwo\n');
  expect((await call(server, `${POD}/log?tailLines=1`, { token })).text).toBe('two\n');
  expect((await call(server, `${POD}/log?tailLines=0`, { token })).text).toBe('');
  expect((await call(server, `${POD}x/log`, { token })).status).toBe(404);
  const from = server.journal.length;
  const following = call(server, `${POD}/log?follow=true`, { token });
  await server.journal.waitFor((entry) => entry.query.has('follow'), { from });
  server.pods.log('p', 'three');
  server.pods.endLog('p');
  expect((await following).text).toBe('one\ntwo\nthree\n');
});
