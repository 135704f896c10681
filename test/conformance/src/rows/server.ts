import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JournalEntry } from '@kubefresh/testing';
import { PATHS, type Path } from '../driver.ts';
import type { Row } from '../row.ts';
import { asError, op, POD, type Stage } from '../stage.ts';
import { within } from '../within.ts';

const REQUESTS = ['call', 'list', 'create', 'log'] as const;

/** What the server does. */
export const serverRows: readonly Row[] = [
  {
    id: 'S1',
    group: 'server',
    title: 'the old token is refused at the very swap: 0 failed',
    paths: REQUESTS,
    run: rotateThrice,
  },
  {
    id: 'S2',
    group: 'server',
    title: 'the new token is refused at first (one server lags): the one of before is used',
    paths: PATHS,
    async run(stage, path) {
      await stage.perform(path);
      const { jti } = await stage.rotate({ keepOld: true });
      const fault = stage.server.faults.refuse({ jti });
      // The first of these may still come with the token of before.
      for (let count = 0; count < 20 && fault.hits === 0; count += 1) await stage.perform(path);
      await stage.perform(path);
    },
  },
  {
    id: 'S3',
    group: 'server',
    title: 'every token is refused for a while: 401 to the caller after at most two requests; full recovery',
    paths: REQUESTS,
    async run(stage, path) {
      await stage.perform(path);
      const before = stage.requests.length;
      const fault = stage.server.faults.refuse();
      await stage.assertRefused(401, stage.perform(path));
      assert.ok(stage.requests.length - before <= 2, `it sent ${stage.requests.length - before} requests`);
      fault.stop();
      await stage.perform(path);
    },
  },
  {
    id: 'S5',
    group: 'server',
    title: 'a 401 whose body never ends, one of 10 MB: no hang',
    paths: REQUESTS,
    async run(stage, path) {
      await stage.perform(path);
      for (const body of ['endless', 'huge'] as const) {
        await stage.rotate({ keepOld: true });
        stage.server.faults.refuse(undefined, { body, times: 1 });
        await within(5000, 'no end of it', stage.perform(path));
        await stage.rotate();
        await stage.perform(path);
      }
    },
  },
  {
    id: 'S6',
    group: 'server',
    title: 'the token is rotated while a watch is open: it is opened again with the new one',
    paths: ['watch'],
    async run(stage) {
      const seen = new Set<string>();
      let look = (): void => {};
      const watching = await op(stage.client, 'watch')(
        (name) => {
          seen.add(name);
          look();
        },
        { timeoutSeconds: 0.2 },
      );
      const sight = (name: string) =>
        new Promise<void>((resolve) => {
          look = () => seen.has(name) && resolve();
          look();
        });
      const ended = watching.ended.then((reason) => Promise.reject(asError(reason)));
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: `late-${stage.start}`, namespace: 'default' } };
      try {
        await within(10_000, 'the first pod was not seen', Promise.race([sight(POD), ended]));
        const { length } = stage.server.journal;
        const { jti } = await stage.rotate();
        // Not every client asks for an end.
        const lasting = stage.requests.some((entry) => isWatch(entry) && !entry.query.has('timeoutSeconds'));
        if (lasting) stage.server.cutConnections();
        await Promise.race([
          stage.server.journal.waitFor((entry) => entry.jti === jti && isWatch(entry), { from: length }),
          ended,
        ]);
        stage.server.objects.create(pod);
        await within(10_000, 'the late pod was not seen', Promise.race([sight(pod.metadata.name), ended]));
      } finally {
        watching.stop();
        if (stage.server.objects.get(pod)) stage.server.objects.delete(pod);
      }
    },
  },
  {
    id: 'S9',
    group: 'server',
    title: 'a redirect to another place: no token there',
    paths: ['call', 'list'],
    async run(stage, path) {
      const headers: (string | undefined)[] = [];
      const other = createServer((request, response) => {
        headers.push(request.headers.authorization);
        response.end('{"kind":"Status","items":[]}');
      });
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = other.address() as AddressInfo;
        stage.server.faults.redirect({ path: '/api/v1/namespaces/default/pods' }, { to: `http://127.0.0.1:${port}` });
        // Whether a client follows, and what it makes of the answer, is its own affair.
        await stage.perform(path).catch(() => {});
        assert.ok(
          headers.every((header) => header === undefined),
          'the token went there',
        );
      } finally {
        other.closeAllConnections();
        await new Promise((resolve) => other.close(resolve));
      }
    },
  },
  {
    id: 'S10',
    group: 'server',
    title: '403 as system:anonymous: to the caller, after one request',
    paths: ['call', 'list', 'create', 'log'],
    async run(stage, path) {
      await stage.perform(path);
      const before = stage.requests.length;
      const fault = stage.server.faults.stripToken();
      await stage.assertRefused(403, stage.perform(path));
      fault.stop();
      assert.equal(stage.requests.length - before, 1);
    },
  },
  {
    id: 'S10',
    group: 'server',
    title: '403 as system:anonymous: the operator is told that something on the way takes the token away',
    paths: ['call', 'list', 'create', 'log'],
    needs: 'explains403',
    async run(stage, path) {
      using _ = stage.server.faults.stripToken();
      await stage.assertRefused(403, stage.perform(path));
      await stage.reported(/kubefresh:rejected.+"middlebox"/);
    },
  },
  {
    id: 'S11',
    group: 'server',
    title: "the server's clock is 10 minutes off, either way: 0 failed",
    paths: ['list'],
    async run(stage, path) {
      try {
        for (const ms of [600_000, -600_000]) {
          stage.server.skewClock(ms);
          await stage.rotate();
          await stage.perform(path);
        }
      } finally {
        stage.server.skewClock(0);
      }
    },
  },
  {
    id: 'S14',
    group: 'server',
    title: "401 from what is behind a pod's proxy: to the caller, sent once, nothing reported",
    paths: ['call'],
    needs: 'proxy',
    async run(stage) {
      await stage.perform('call');
      await stage.rotate({ keepOld: true });
      const before = stage.requests.length;
      stage.server.faults.respond({ path: /\/proxy/ }, { status: 401, body: 'who are you?' });
      await stage.assertRefused(401, op(stage.client, 'proxy')(POD));
      assert.equal(stage.requests.length - before, 1);
      assert.deepEqual(stage.said(), []);
    },
  },
];

async function rotateThrice(stage: Stage, path: Path): Promise<void> {
  await stage.perform(path);
  for (let count = 0; count < 3; count += 1) {
    await stage.rotate();
    await stage.perform(path);
  }
}

function isWatch({ path, query }: JournalEntry): boolean {
  return query.has('watch') || path.startsWith('/api/v1/watch/');
}
