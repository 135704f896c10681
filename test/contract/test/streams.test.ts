import { startCluster, whySkipped } from '@kubefresh-test/cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exec } from '../src/exec.ts';
import { getOverHttp2 } from '../src/http2.ts';
import { type KitWorld, startKitWorld } from '../src/kit-world.ts';
import { type RealWorld, realWorldOf } from '../src/real-world.ts';
import { send } from '../src/send.ts';
import { differences, type Shape, shapeOf } from '../src/shape.ts';
import { NAMESPACE, type World } from '../src/world.ts';

const reason = await whySkipped('node');
const LINES = ['first line', 'second line'];
/** What the container of the real pod is given to do; the kit is told to answer the same. */
const SCRIPT = `${LINES.map((line) => `console.log(${JSON.stringify(line)});`).join('')} setInterval(() => {}, 1e9);`;

describe.skipIf(reason !== undefined)(`streams and limits of a real cluster${reason ? ` (${reason})` : ''}`, () => {
  let real: RealWorld;
  let kit: KitWorld;
  let pod: string;

  beforeAll(async () => {
    const cluster = await startCluster({ profile: 'node', signingAlgorithm: 'ES256' });
    real = await realWorldOf(cluster);
    kit = await startKitWorld({ maxTokenExpirationSeconds: 3600 });
    const running = await cluster.pods.run({ account: real.account, script: SCRIPT });
    await running.running();
    // Its lines take a moment from the container to the node's log file.
    for await (const line of running.followLogs(AbortSignal.timeout(10_000))) if (line === LINES.at(-1)) break;
    pod = running.name;
    const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
    await send(kit, {
      method: 'POST',
      path,
      authorization: 'admin',
      body: { metadata: { name: pod }, spec: { containers: [{ name: 'main' }] } },
    });
    for (const line of LINES) kit.server.pods.log(pod, line, NAMESPACE);
    kit.server.pods.onExec(({ stdout }) => {
      stdout.write('2\n');
      return 0;
    });
  });

  afterAll(async () => {
    await Promise.all([real?.[Symbol.asyncDispose](), kit?.[Symbol.asyncDispose]()]);
  });

  /** Asks both and compares. */
  async function compare(ask: (world: World) => Promise<Shape>): Promise<void> {
    const [one, other] = await Promise.all([ask(real), ask(kit)]);
    expect(one.size).toBeGreaterThan(0);
    expect(differences(one, other)).toEqual([]);
  }

  const bearer = async (world: World, state: 'good' | 'expired') => `Bearer ${await world.token(state)}`;

  test('the log of a container', () =>
    compare(async (world) =>
      shapeOf(
        await send(world, {
          path: `/api/v1/namespaces/${NAMESPACE}/pods/${pod}/log?limitBytes=1000`,
          authorization: await bearer(world, 'good'),
        }),
      ),
    ));

  const command = ['/usr/local/bin/node', '-p', '1+1'].map((word) => `&command=${encodeURIComponent(word)}`).join('');

  test('exec', () =>
    compare(async (world) =>
      exec(
        world,
        `/api/v1/namespaces/${NAMESPACE}/pods/${pod}/exec?stdout=true${command}`,
        await bearer(world, 'good'),
      ),
    ));

  test('exec with a dead token', () =>
    compare(async (world) =>
      exec(
        world,
        `/api/v1/namespaces/${NAMESPACE}/pods/${pod}/exec?stdout=true${command}`,
        await bearer(world, 'expired'),
      ),
    ));

  test('HTTP/2, a good token', () =>
    compare(async (world) =>
      getOverHttp2(world, `/api/v1/namespaces/${NAMESPACE}/configmaps/absent`, await bearer(world, 'good')),
    ));

  test('HTTP/2, a dead token: the connection ends with it', () =>
    compare(async (world) =>
      getOverHttp2(world, `/api/v1/namespaces/${NAMESPACE}/configmaps/absent`, await bearer(world, 'expired')),
    ));

  // It starts the real server anew, with another limit.
  test('TokenRequest above the maximum of the server: shortened, with a warning', async () => {
    await real.cluster.apiServer.restart({ 'service-account-max-token-expiration': '1h' });
    const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/reader/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7200 } };
    await compare(async (world) => shapeOf(await send(world, { method: 'POST', path, body, authorization: 'admin' })));
  });

  // After that start the real server knows no version of before.
  test('a watch from a version that is no longer known', () => {
    kit.server.objects.compact();
    return compare(async (world) => {
      const shape = new Map(
        shapeOf(
          await send(world, {
            path: `/api/v1/namespaces/${NAMESPACE}/configmaps?watch=1&timeoutSeconds=1&resourceVersion=1`,
            authorization: 'admin',
          }),
        ),
      );
      // It names the versions, which are each server's own.
      shape.set('object.message', (shape.get('object.message') ?? '').replaceAll(/\d+/g, '<version>'));
      return shape;
    });
  });
});
