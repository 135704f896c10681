import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { expect } from 'vitest';
import { describeError } from '../describe-error.ts';
import { PATHS } from '../driver.ts';
import type { Row } from '../row.ts';
import { op, POD } from '../stage.ts';
import { within } from '../within.ts';

/** It takes milliseconds; an idle connection that nobody closes ends by itself after 4 s. */
const LEFT_WITHIN = 3_000;

/** What happens to the cluster's CA. */
export const tlsRows: readonly Row[] = [
  {
    id: 'C1',
    group: 'tls',
    title: 'a bundle of old and new, then the new alone: 0 failed',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      await stage.server.rotateCA({ keepOld: true, serve: false });
      stage.volume.write({ 'ca.crt': stage.server.caBundle });
      await stage.performMany(path);
      await stage.server.reissueServingCertificate();
      await stage.performMany(path);
      stage.volume.write({ 'ca.crt': stage.server.dropOldCAs() });
      await stage.performMany(path);
    },
  },
  {
    id: 'C2',
    group: 'tls',
    title: 'a hard swap, the server first, then the file first: 0 failed once both are there',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      await stage.server.rotateCA();
      stage.volume.write({ 'ca.crt': stage.server.caBundle });
      await stage.performMany(path);
      await stage.server.rotateCA({ serve: false });
      stage.volume.write({ 'ca.crt': stage.server.caBundle });
      await stage.server.reissueServingCertificate();
      await stage.performMany(path);
    },
  },
  {
    id: 'C2',
    group: 'tls',
    title: 'a server that the CA did not sign: the error names the CA file and its fingerprint',
    // Of a log that fails some clients say no more than that.
    paths: ['call', 'list', 'create', 'exec'],
    needs: 'namesCA',
    async run(stage, path) {
      await stage.perform(path);
      const { fingerprint256 } = new X509Certificate(stage.server.caBundle);
      await stage.server.rotateCA();
      stage.server.cutConnections();
      // The client may not have seen that before the next request.
      await stage.perform(path).catch(() => {});
      await assert.rejects(stage.perform(path), (error: unknown) => {
        const words = describeError(error);
        assert.ok(words.includes(stage.volume.caFile) && words.includes(fingerprint256), words);
        return true;
      });
    },
  },
  {
    id: 'C3',
    group: 'tls',
    title: 'an open watch over a change of the CA: it lives; once it has ended, no connection more than before is left',
    paths: ['watch'],
    async run(stage) {
      await stage.perform('list');
      const before = stage.server.connections;
      const seen = new Map<string, () => void>();
      const sight = (name: string) => new Promise<void>((resolve) => seen.set(name, resolve));
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: `late-${stage.start}`, namespace: 'default' } };
      const [first, late] = [sight(POD), sight(pod.metadata.name)];
      const watching = await op(stage.client, 'watch')((name) => seen.get(name)?.());
      try {
        await within(10_000, 'the first pod was not seen', first);
        await stage.server.rotateCA();
        stage.volume.write({ 'ca.crt': stage.server.caBundle });
        stage.server.objects.create(pod);
        await within(10_000, 'the late pod was not seen', late);
      } finally {
        watching.stop();
        if (stage.server.objects.get(pod)) stage.server.objects.delete(pod);
      }
      await stage.perform('list');
      await expect.poll(() => stage.server.connections, { timeout: LEFT_WITHIN }).toBeLessThanOrEqual(before);
    },
  },
];
