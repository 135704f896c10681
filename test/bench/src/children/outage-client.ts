/** One client that asks for one pod after the other by the clock, whatever became of the one before. */
import { setTimeout } from 'node:timers/promises';
import type { Driver, World } from '@kubefresh-test/conformance';
import { answer, input } from '../child.ts';
import { type Client, driverOf } from '../clients.ts';
import { errorText } from '../error-text.ts';
import type { KitAddress } from '../kit.ts';
import { WARM_UP } from '../outage.ts';

/** What the parent asks for. */
export interface OutageClientInput {
  readonly client: Client;
  readonly flavour: Driver['flavour'];
  readonly server: KitAddress;
}

/** Ask for these pods in turn. */
export interface OutageOrder {
  /** When the first is asked for, ms since the epoch. */
  readonly at: number;
  /** Between two, ms. */
  readonly interval: number;
  readonly pods: readonly string[];
}

/** The pods whose caller got nothing, or an error, with its message. */
export type Failed = ReadonlyMap<string, string>;

/** A request that is not answered by so long after the last was sent is not answered at all, ms: ten times what a slow one takes. */
const PATIENCE = 10_000;

const { client, flavour, server } = await input<OutageClientInput>();
Object.assign(process.env, server.env);
// A driver reads no more of its world than this.
const world = { server, volume: server, env: server.env, kind: 'in-cluster' } as unknown as World;
const connected = await (await driverOf(client, flavour)).connect(world);
await connected.call?.(WARM_UP);
process.on('message', async (message) => {
  await answer(await run(message as OutageOrder));
});
await answer('ready');

async function run({ at, interval, pods }: OutageOrder): Promise<Failed> {
  const failed = new Map(pods.map((pod) => [pod, 'no answer']));
  const requests: Promise<void>[] = [];
  for (const [index, pod] of pods.entries()) {
    await setTimeout(Math.max(0, at + index * interval - Date.now()));
    requests.push(
      Promise.resolve(connected.call?.(pod)).then(
        (name) => void (name === pod && failed.delete(pod)),
        (error: unknown) => void failed.set(pod, errorText(error)),
      ),
    );
  }
  await Promise.race([Promise.all(requests), setTimeout(PATIENCE)]);
  return failed;
}
