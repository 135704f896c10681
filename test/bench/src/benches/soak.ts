import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Bench, exactly, type Pace, type Row } from '../bench.ts';
import type { SoakClientInput, SoakOrder, SoakSample, SoakSubject } from '../children/soak-client.ts';
import type { SoakQuestion, SoakServerInput, SoakVerdict, Unexplained } from '../children/soak-server.ts';
import type { KitAddress } from '../kit.ts';
import { startNode } from '../node-process.ts';
import { growthRows, type SoakPair } from '../soak/growth.ts';

/** Requests a second. */
const RATE = 200;
/** As many requests as it takes a minute to send: an answer is far away when a pod is asked for again. */
const PODS = 12_000;
/** Ten for each fifth. */
const SAMPLES = 50;
/** In the last so many of a fifth the objects are counted, too. */
const CENSUSES = 3;
/** Of the failures that nobody can explain, as many are shown. */
const SHOWN = 5;

/** Whether anything grows when it runs for long. */
export const soakBench: Bench = {
  name: 'soak',
  title: 'Minutes of requests in every way, a rotation a second, faults at random: what grows, and what fails',
  method:
    `One process sends ${RATE} requests a second in turn by dispatcher, dispatcher over HTTP/2, fetch, agent, client-node 2.0.1, ` +
    'fluent-client and kubernetes-client; a server process of @kubefresh/testing rotates the token each second and plays a fault ' +
    'each four to six, by a seed (BENCH_SEED=n repeats one). Samples are taken with no request under way, after full ' +
    'collections; start is the median of the second fifth of them, end that of the last. The bare peer is another process, with ' +
    'a server of its own and the same seed, that sends as many requests by undici (HTTP/1.1, HTTP/2, fetch) and node:https without ' +
    "ours, and reads token and CA with each: what grows there, too, is Node's, OpenSSL's or the allocator's. Timers, sockets, " +
    'signals and tokens are objects in the heap, whether they would keep the process alive or not, once all connections are cut; ' +
    'handles are getActiveResourcesInfo(). A failure is ' +
    "the fault's own if the journal's last word on the request is that fault's answer, or all connections were cut while it was " +
    'under way; the caller of the agent, which cannot send again, does so once.',

  async run({ quick, minutes }: Pace): Promise<Row[]> {
    const duration = quick ? 9_000 : minutes * 60_000;
    const count = quick ? 10 : SAMPLES;
    const seed = Number(process.env['BENCH_SEED'] ?? randomInt(1_000_000));
    console.error(`soak: ${(duration / 60_000).toFixed(1)} minutes, BENCH_SEED=${seed}`);
    await using ours = await startSoak('kubefresh', seed);
    await using bare = await startSoak('bare', seed);
    const pairs: SoakPair[] = [];
    const unexplained: Unexplained[] = [];
    let verdict: SoakVerdict | undefined;
    for (let index = 0; index < count; index += 1) {
      await setTimeout(duration / count);
      const census = [2, 5].some((fifth) => isWithin(index, (count * fifth) / 5, quick ? 1 : CENSUSES));
      const pair: SoakPair = { ours: await ours.sample(census), bare: await bare.sample(census) };
      pairs.push(pair);
      verdict = await ours.judge(pair.ours);
      unexplained.push(...verdict.unexplained);
      // Not for its failures, of which it has many: the server forgets its journal when it is asked.
      await bare.judge(pair.bare);
      console.error(progressOf(index, pair));
    }
    const samples = pairs.map((pair) => pair.ours);
    return [...load(samples, unexplained, verdict, seed), ...growthRows(pairs)];
  },
};

async function startSoak(subject: SoakSubject, seed: number) {
  const pods = Array.from({ length: PODS }, (_, index) => `pod-${index}`);
  await using starting = new AsyncDisposableStack();
  const server = starting.use(
    await startNode<KitAddress>('soak-server', { input: { seed, pods } satisfies SoakServerInput }),
  );
  const input: SoakClientInput = { server: server.hello, subject, pods, rate: RATE };
  const client = starting.use(await startNode('soak-client', { input, flags: ['--expose-gc'] }));
  const started = starting.move();
  return {
    async sample(census: boolean): Promise<SoakSample> {
      await client.ask({ order: 'pause', census } satisfies SoakOrder);
      // An idle connection is no leak, and how many there are is chance.
      if (census) await server.ask({ cut: true });
      return await client.ask<SoakSample>({ order: 'sample', census } satisfies SoakOrder);
    },
    judge: ({ failures }: SoakSample) => server.ask<SoakVerdict>({ failures } satisfies SoakQuestion),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

function progressOf(index: number, pair: SoakPair): string {
  const parts = Object.entries(pair).map(
    ([name, { memory, heapTotal, external, native, heap }]: [string, SoakSample]) => {
      const [resident, pages, hanging, rest, used] = [memory, heapTotal, external, native, heap].map((mb) =>
        mb.toFixed(1),
      );
      return `${name} ${resident} MB = ${pages} V8 + ${hanging} external + ${rest} (heap ${used})`;
    },
  );
  return `soak: sample ${index + 1}: ${parts.join('; ')}`;
}

function load(
  samples: readonly SoakSample[],
  unexplained: readonly Unexplained[],
  verdict: SoakVerdict | undefined,
  seed: number,
): Row[] {
  const failed = samples.reduce((sum, { failures }) => sum + failures.length, 0);
  const faults = Object.entries(verdict?.faults ?? {});
  const shown = unexplained
    .slice(0, SHOWN)
    .map(({ way, error, statuses, after }) => `${way}, after '${after}', answers [${statuses}]: ${error}`);
  return [
    { what: 'requests', unit: '', values: { count: exactly(samples.at(-1)?.sent ?? Number.NaN) } },
    { what: 'rotations', unit: '', values: { count: exactly(verdict?.rotations ?? Number.NaN) } },
    {
      what: 'faults',
      unit: '',
      values: { count: exactly(faults.reduce((sum, [, times]) => sum + times, 0)) },
      note: `seed ${seed}: ${faults.map(([name, times]) => `${name} ${times}`).join(', ')}.`,
    },
    { what: "failed, the fault's own", unit: '', values: { count: exactly(failed - unexplained.length) } },
    {
      what: 'failed otherwise',
      unit: '',
      values: { count: exactly(unexplained.length) },
      ...(shown.length > 0 && { note: shown.join('; ') }),
    },
  ];
}

/** Whether `index` is among the last `many` before `end`. */
function isWithin(index: number, end: number, many: number): boolean {
  return index < end && index >= end - many;
}
