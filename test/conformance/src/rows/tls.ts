import { PATHS } from '../driver.ts';
import type { Row } from '../row.ts';
import { op, POD } from '../stage.ts';
import { within } from '../within.ts';

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
    title: 'a hard swap, the server first: 0 failed once the file is there',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      await stage.server.rotateCA();
      stage.volume.write({ 'ca.crt': stage.server.caBundle });
      await stage.performMany(path);
    },
  },
  {
    id: 'C3',
    group: 'tls',
    title: 'an open watch over a change of the CA: it lives',
    paths: ['watch'],
    async run(stage) {
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
    },
  },
];
