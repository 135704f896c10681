import { whySkipped } from '@kubefresh-test/cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authentication } from '../src/cases/authentication.ts';
import { objects } from '../src/cases/objects.ts';
import { reviews } from '../src/cases/reviews.ts';
import { tokenRequests } from '../src/cases/token-requests.ts';
import { EXCEPTIONS, type Exception } from '../src/exceptions.ts';
import { type KitWorld, startKitWorld } from '../src/kit-world.ts';
import { type RealWorld, startRealWorld } from '../src/real-world.ts';
import { send } from '../src/send.ts';
import { differences, shapeOf } from '../src/shape.ts';
import { NAMESPACE, type World } from '../src/world.ts';

const reason = await whySkipped('light');

describe.skipIf(reason !== undefined)(`the kit answers as a real API server${reason ? ` (${reason})` : ''}`, () => {
  let real: RealWorld;
  let kit: KitWorld;
  const used = new Set<Exception>();

  beforeAll(async () => {
    [real, kit] = await Promise.all([startRealWorld(), startKitWorld()]);
    await Promise.all([layOut(real), layOut(kit)]);
  });

  afterAll(async () => {
    await Promise.all([real?.[Symbol.asyncDispose](), kit?.[Symbol.asyncDispose]()]);
  });

  for (const { title, ask } of [...authentication, ...tokenRequests, ...reviews, ...objects]) {
    test(title, async () => {
      const [one, other] = await Promise.all(
        [real, kit].map(async (world) => shapeOf(await send(world, await ask(world)))),
      );
      const found = differences(one ?? new Map(), other ?? new Map()).filter(({ path }) => {
        const exception = EXCEPTIONS.find((entry) => entry.cases.test(title) && entry.path.test(path));
        if (exception !== undefined) used.add(exception);
        return exception === undefined;
      });
      expect(found).toEqual([]);
    });
  }

  test('every documented exception still is one', () => {
    expect(EXCEPTIONS.filter((exception) => !used.has(exception))).toEqual([]);
  });
});

/** The objects that the cases speak of. */
async function layOut(world: World): Promise<void> {
  const create = async (kind: string, body: object, scope = `namespaces/${NAMESPACE}/`) => {
    const path = `/api/v1/${scope}${kind}`;
    const { status, body: answer } = await send(world, { method: 'POST', path, body, authorization: 'admin' });
    if (status !== 201) throw new Error(`${world.name}: POST ${path}: ${status} ${answer}`);
  };
  for (const [rank, name] of ['one', 'two', 'three'].entries()) {
    await create('configmaps', {
      metadata: { name, labels: { set: 'contract', rank: String(rank + 1) } },
      data: { rank: String(rank) },
    });
  }
  await create('secrets', { metadata: { name: 'anchor' } });
  await create('nodes', { metadata: { name: 'nowhere' } }, '');
  // On a node without a kubelet nobody runs it, and tokens can be bound to it all the same.
  await create('pods', {
    metadata: { name: 'bound' },
    spec: {
      serviceAccountName: world.account.name,
      automountServiceAccountToken: false,
      nodeName: 'nowhere',
      containers: [{ name: 'main', image: 'none' }],
    },
  });
}
