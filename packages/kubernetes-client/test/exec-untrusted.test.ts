import { X509Certificate } from 'node:crypto';
import type { Credential, CredentialSource } from '@kubefresh/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findClient } from '../src/client.ts';
import { exec } from '../src/exec.ts';
import { createStage, type Stage } from './stage.ts';

/** A WebSocket whose server another CA has signed: the request before it may have gone over a connection that was kept. */
let stage: Stage;
let held: Credential;
beforeEach(async () => {
  stage = await createStage();
  stage.server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'default' } });
  stage.server.pods.onExec(({ stdout }) => {
    stdout.write('done');
    return 0;
  });
  held = stage.backend.source.current();
});
afterEach(() => stage[Symbol.asyncDispose]());

/** @param found - what the source finds when it looks again. */
function run(found: () => Credential) {
  const { WebSocket } = findClient('kubernetes-client', import.meta.url);
  const source = { current: () => held, renew: async () => found() } as Partial<CredentialSource> as CredentialSource;
  const url = `${stage.server.origin}/api/v1/namespaces/default/pods/a/exec?command=true&stdout=true`;
  return exec({ WebSocket, source, url, headers: {} });
}

it('is opened once more with the CA that the source finds then', async () => {
  const ca = await stage.server.rotateCA();
  expect((await run(() => ({ ...held, ca, generation: held.generation + 1 }))).body).toContain('done');
});

it.each([
  ['none', () => held],
  ['one that is wrong too', () => ({ ...held, ca: `${held.ca}\n` })],
])('there is %s: the error names the CA file and its fingerprint', async (_, found) => {
  const { fingerprint256 } = new X509Certificate(stage.server.caBundle);
  await stage.server.rotateCA();
  const error = await run(found).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED', messages: [] });
  for (const word of [stage.volume.caFile, fingerprint256]) expect(Object(error).message).toContain(word);
});
