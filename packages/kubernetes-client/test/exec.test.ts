import { inspect } from 'node:util';
import type { RequestFacts } from '@kubefresh/testing';
import { describe, expect, it } from 'vitest';
import type { ClientName } from '../src/index.ts';
import { createStage, type Stage } from './stage.ts';

const CLIENTS: ClientName[] = ['kubernetes-client', '@cloudnativetoolkit/kubernetes-client'];

/** A pod that writes its command to stdout. */
function withPod(stage: Stage): void {
  stage.server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'default' } });
  stage.server.pods.onExec(({ command, stdout, stderr }) => {
    stdout.write(command.join(' '));
    stderr.write('grüße');
    return 0;
  });
}

const run = (stage: Stage) =>
  stage.client.api.v1
    .namespaces('default')
    .pods('a')
    .exec.post({ qs: { command: ['echo', 'b'], stdout: true, stderr: true } });
const isUpgrade = ({ headers }: RequestFacts) => headers['upgrade'] === 'websocket';

describe.each(CLIENTS)('exec of %s', (client) => {
  it('answers what the stock backend does', async () => {
    await using stage = await createStage(client);
    withPod(stage);
    const { body, code, messages } = await run(stage);
    expect(code).toBe(1000);
    expect(messages.filter(({ message }) => message !== '')).toEqual([
      { channel: 'stdout', message: 'echo b' },
      { channel: 'stderr', message: 'grüße' },
      { channel: 'error', message: expect.stringContaining('Success') },
    ]);
    expect(body).toContain('echo bgrüße');
  });

  it('opens once more after a 401', async () => {
    await using stage = await createStage(client);
    withPod(stage);
    const next = await stage.server.mint();
    stage.volume.write({ token: next });
    using refusal = stage.server.faults.refuse((request) => request.jti === next.jti && isUpgrade(request));
    expect((await run(stage)).body).toContain('echo b');
    expect(refusal.hits).toBe(1);
  });
});

it('rejects with the second 401, and shows no token', async () => {
  await using stage = await createStage();
  withPod(stage);
  stage.server.faults.refuse(isUpgrade);
  const error = await run(stage).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ statusCode: 401, code: 401, messages: [] });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(stage.backend.source.current().token.reveal());
});

it('opens with the CA and token of now', async () => {
  await using stage = await createStage();
  withPod(stage);
  const ca = await stage.server.rotateCA();
  stage.server.cutConnections();
  stage.volume.write({ 'ca.crt': ca });
  const jti = await stage.rotate();
  expect((await run(stage)).body).toContain('echo b');
  expect(stage.server.journal.last).toMatchObject({ jti, status: 101 });
});
