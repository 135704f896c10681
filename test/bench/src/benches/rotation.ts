import { type Bench, exactly, type Pace, type Row } from '../bench.ts';
import type { CannedServer, RotateOrder, RotateReport } from '../children/canned-server.ts';
import type { NoticeClientInput, NoticeWay } from '../children/notice-client.ts';
import type { RotationClientInput, Trouble, Way } from '../children/rotation-client.ts';
import { startNode } from '../node-process.ts';
import { type Interval, quantile } from '../statistics.ts';

/** A token that nobody noticed for this long, ms, counts as missed: a watcher that works takes a hundredth of it. */
const PATIENCE = 300;
/** A blind watcher costs the whole patience each time. */
const FEW = 5;
/** Rotations of a block: a thousand in all for ours; the peers, some of which miss many, would take minutes for as many. */
const [OURS, THEIRS] = [200, 80];
/** The polls run faster than they are, so that a thousand rotations take minutes and not days. */
const POLL_SCALE = 1000;

/** What a block of rotations is measured in: who is at work beside the server, and what troubles him. */
interface Situation {
  /** Begins the names of its rows. */
  readonly name: string;
  readonly ways: readonly Way[];
  start(server: CannedServer, way: Way): Promise<AsyncDisposable>;
}

const WATCHERS = ['kubefresh', 'fs.watch', "chokidar 'all'"] as const satisfies readonly NoticeWay[];

const situations: readonly Situation[] = [
  {
    name: 'noticed',
    ways: WATCHERS,
    start: (server, way) =>
      startNode('notice-client', { input: { server, way: way as NoticeWay } satisfies NoticeClientInput }),
  },
  atWork('none', [...WATCHERS, '60 s poll', '50 s poll']),
  atWork('busy thread pool', WATCHERS),
  atWork('8 ms blocks', WATCHERS),
  atWork('dead watcher', ['kubefresh']),
];

/** How soon a new token is in use. */
export const rotationBench: Bench = {
  name: 'rotation',
  title:
    'From the rename of a rotation to the event that tells of it, and to the first request that carries the new token',
  method:
    "Noticed: to the 'renewed' event of a source, with the new token read and checked, in a process that does nothing else and " +
    'sends no request until then; for fs.watch and chokidar to the first callback, before anything is read. The process stamps ' +
    'it with CLOCK_MONOTONIC (process.hrtime), the clock by which the server stamps the rename just before it: one clock for ' +
    'both processes. All other rows: a server process writes the volume as the kubelet does (tmpfs) and stamps the first request with the new token; the ' +
    'client process sends one request after the other (https, keep-alive). Blocks of rotations, each with a new client ' +
    'process, the ways interleaved; the range is that of the blocks. The two polls re-read the file with a request when the ' +
    `last read is 60 s (@kubernetes/client-node) or 50 s (client-go) ago; they were run ${POLL_SCALE} times faster and are ` +
    `shown in real time. Missed: not in use ${PATIENCE} ms after the rename. Busy thread pool: eight pbkdf2 jobs of some milliseconds ` +
    'each all the time; 8 ms blocks: the event loop blocked for 8 of each 24 ms; dead watcher: fs.watch throws EMFILE (the ' +
    'peers then notice nothing for ever).',

  async run({ quick }: Pace): Promise<Row[]> {
    const blocks = quick ? 1 : 5;
    const rotationsOf = (way: Way) => (quick ? 15 : way === 'kubefresh' ? OURS : THEIRS);
    const rows: Row[] = [];
    for (const situation of situations) {
      const { name, ways } = situation;
      const reports = new Map<Way, RotateReport[]>(ways.map((way) => [way, []]));
      for (let block = 0; block < blocks; block += 1) {
        for (const way of ways) reports.get(way)?.push(await rotateIn(situation, way, rotationsOf(way)));
      }
      rows.push(...rowsOf(name, reports));
    }
    return rows;
  },
};

function atWork(trouble: Trouble, ways: readonly Way[]): Situation {
  return {
    name: trouble,
    ways,
    start: (server, way) =>
      startNode('rotation-client', {
        input: { server, way, trouble, pollScale: POLL_SCALE } satisfies RotationClientInput,
      }),
  };
}

async function rotateIn({ start }: Situation, way: Way, rotations: number): Promise<RotateReport> {
  await using server = await startNode<CannedServer>('canned-server');
  await using _client = await start(server.hello, way);
  const order = (count: number): RotateOrder => ({ rotations: count, patience: PATIENCE });
  // The first ones find code that was never run.
  const first = await server.ask<RotateReport>(order(FEW));
  if (first.every((taken) => taken === undefined)) return first;
  return await server.ask<RotateReport>(order(rotations));
}

function rowsOf(situation: string, reports: ReadonlyMap<Way, readonly RotateReport[]>): Row[] {
  const row = (what: string, unit: string, of: (blocks: readonly RotateReport[], scale: number) => Interval): Row => ({
    what: `${situation}, ${what}`,
    unit,
    values: Object.fromEntries(
      [...reports].map(([way, blocks]) => [way, of(blocks, way.endsWith('poll') ? POLL_SCALE : 1)]),
    ),
  });
  const at = (q: number) => (blocks: readonly RotateReport[], scale: number) => {
    const times = blocks.map((block) => quantile(seenIn(block), q) * scale);
    return { low: Math.min(...times), median: quantile(seenIn(blocks.flat()), q) * scale, high: Math.max(...times) };
  };
  return [
    row('p50', 'ms', at(0.5)),
    row('p99', 'ms', at(0.99)),
    row('max', 'ms', at(1)),
    row('missed', '%', (blocks) => exactly((100 * missedIn(blocks.flat())) / blocks.flat().length)),
  ];
}

function seenIn(report: RotateReport): number[] {
  const seen = report.filter((taken) => taken !== undefined);
  return seen.length > 0 ? seen : [Number.POSITIVE_INFINITY];
}

function missedIn(report: RotateReport): number {
  return report.filter((taken) => taken === undefined).length;
}
