/** One client library, with or without kubefresh, that does as it is asked and tells how fast it was. */
import type { Driver, World } from '@kubefresh-test/conformance';
import { answer, input } from '../child.ts';
import { driverOf, type Library } from '../clients.ts';
import type { CannedServer } from './canned-server.ts';

/** What it is to be. */
export interface LibraryClientInput {
  readonly library: Library;
  readonly flavour: Driver['flavour'];
  readonly server: CannedServer;
}

/** Do one operation again and again. */
export interface LibraryOrder {
  readonly operation: 'call' | 'list' | 'create';
  readonly concurrency: number;
  /** How long, ms. */
  readonly duration: number;
}

/** How it went. */
export interface LibraryReport {
  /** Requests a second. */
  readonly rate: number;
  /** Processor time of this process for one request, us. */
  readonly cpu: number;
  /** The most memory that this process ever had, MB. */
  readonly peakMemory: number;
}

const { library, flavour, server } = await input<LibraryClientInput>();
const url = new URL(server.https);
const env = { KUBERNETES_SERVICE_HOST: url.hostname, KUBERNETES_SERVICE_PORT: url.port };
Object.assign(process.env, env);
// A driver reads no more of its world than this.
const world = { server: { origin: server.https }, volume: server, env, kind: 'in-cluster' } as unknown as World;
const client = await (await driverOf(library, flavour)).connect(world);
const operations = {
  call: () => client.call?.('one'),
  list: () => client.list?.(),
  create: () => client.create?.('another'),
};
process.on('message', async (message) => {
  await answer(await run(message as LibraryOrder));
});
await answer('ready');

async function run({ operation, concurrency, duration }: LibraryOrder): Promise<LibraryReport> {
  const before = process.cpuUsage();
  const start = performance.now();
  let done = 0;
  const one = async () => {
    while (performance.now() - start < duration) {
      await operations[operation]();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  const { user, system } = process.cpuUsage(before);
  return {
    rate: (done * 1000) / (performance.now() - start),
    cpu: (user + system) / done,
    peakMemory: process.resourceUsage().maxRSS / 1024,
  };
}
