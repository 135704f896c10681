import { X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import { createProjectedVolume } from '@kubefresh/testing';
import { K8s, kind } from 'kubernetes-fluent-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStage, programWith, type Stage } from './stage.ts';

const require = createRequire(import.meta.url);

/** A server that another CA has signed than that of the volume. */
let warnings: (Error & { code?: string })[];
const hear = (warning: Error) => {
  if (warning.name === 'KubefreshWarning') warnings.push(warning);
};
beforeEach(() => {
  warnings = [];
  process.on('warning', hear);
});
afterEach(() => {
  process.off('warning', hear);
});

async function failures(stage: Stage, list: () => Promise<unknown>): Promise<unknown[]> {
  await list();
  await stage.server.rotateCA();
  stage.server.cutConnections();
  const reasons: unknown[] = [];
  // The first may have been sent on a connection that was just cut.
  for (let count = 0; count < 3; count += 1) await list().catch((reason: unknown) => reasons.push(reason));
  return reasons;
}

it('rejects in the way of the client, with the CA file and its fingerprint in the cause, and a warning says so once', async () => {
  await using stage = await createStage();
  const { fingerprint256 } = new X509Certificate(stage.server.caBundle);
  const token = stage.handle.source.current().token.reveal();
  const reason = (await failures(stage, () => K8s(kind.Pod).InNamespace('default').Get())).at(-1);
  expect(reason).toMatchObject({ ok: false, status: 400, statusText: 'fetch failed' });
  const { cause } = Object(reason).e;
  expect(cause).toMatchObject({ code: 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED' });
  for (const word of [stage.volume.caFile, fingerprint256]) expect(cause.message).toContain(word);
  await expect
    .poll(() => warnings)
    .toMatchObject([{ code: 'KUBEFRESH_CERTIFICATE_UNTRUSTED', message: cause.message }]);
  expect(inspect([reason, warnings], { depth: 9 })).not.toContain(token);
});

it('is said by a warning where the client, an older one, keeps the cause to itself', async () => {
  using folder = createProjectedVolume();
  const from = programWith(require.resolve('kubernetes-fluent-client-3.3/package.json'), folder.root);
  await using stage = await createStage({ from });
  const { fingerprint256 } = new X509Certificate(stage.server.caBundle);
  const { K8s: OlderK8s, kind: olderKind } = createRequire(from)('kubernetes-fluent-client');
  const reason = (await failures(stage, () => OlderK8s(olderKind.Pod).InNamespace('default').Get())).at(-1);
  expect(reason).toMatchObject({ statusText: 'fetch failed' });
  await expect.poll(() => warnings.map(({ message }) => message)).toEqual([expect.stringContaining(fingerprint256)]);
});

it('of a CA that comes too late by one request nothing is said: it is served', async () => {
  await using stage = await createStage();
  const list = () => K8s(kind.Pod).InNamespace('default').Get();
  await list();
  const bundle = await stage.server.rotateCA();
  stage.server.cutConnections();
  stage.volume.write({ 'ca.crt': bundle });
  await list();
  expect(warnings).toEqual([]);
});
