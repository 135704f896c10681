import { type Bench, exactly, type Pace, type Row } from '../bench.ts';
import type { Failed, OutageClientInput, OutageOrder } from '../children/outage-client.ts';
import type { OutageServerInput, OutageStart, Served, Situation } from '../children/outage-server.ts';
import type { Client } from '../clients.ts';
import type { KitAddress } from '../kit.ts';
import { startNode } from '../node-process.ts';
import { type Outage, outageOf } from '../outage.ts';

/** Two at a time: nearly all of a run is waiting, and more would wait for the processor. */
const STAGES: readonly (readonly Situation[])[] = [
  ['rotation', 'revocation'],
  ['lagging server', 'CA swap'],
];
const LIBRARIES = ['client-node-2', 'client-node-1', 'fluent-client', 'kubernetes-client'] as const;
const WITH_CORE = ['fetch', 'dispatcher', 'agent'] as const;
/** All that is by hand is one and the same: the peer of each way that core offers. */
const BY_HAND = 'fetch';

/** Between two requests of one client, ms. More often, and the stock clients' handshakes alone keep a core busy. */
const INTERVAL = 200;
/** From the start to what happens, ms. */
const LEAD = 2_000;
/** Longer than the minute in which @kubernetes/client-node reads its file again; a real rotation leaves twelve. */
const OVERLAP = 62_000;
/** How long a lagging server refuses a new token, ms. */
const LAG = 5_000;
/** From what happens last to the last request, ms. */
const TRAIL = 3_000;
/** For each process to have got its order before the first request is due, ms. */
const HEADSTART = 200;

/** A client in one of its flavours. */
interface Subject extends Pick<OutageClientInput, 'client' | 'flavour'> {
  readonly id: string;
}

/** What a change of the credential costs those who are at work. */
export const outageBench: Bench = {
  name: 'outage',
  title: 'Requests that fail, and for how long, when the credential changes under clients at work',
  method:
    'For each situation a server and a volume of @kubefresh/testing in a process of their own, and on it all clients at the same ' +
    `time, each in its own process, each with a request every ${INTERVAL} ms for a pod of its own; a request has failed if ` +
    "the server's journal has no 200 for it or its caller got none. Rotation: a new token, and the old one is refused " +
    `${OVERLAP / 1000} s later; revocation: a new token, and the old one is refused at once; lagging server: a new token that is ` +
    `refused for ${LAG / 1000} s, the old one still good; CA swap: another CA at once in server and file, connections end with ` +
    'their next answer. Without: the library as it comes; for fetch, dispatcher and agent an undici agent by hand, which reads ' +
    'token and CA once. The outage is the longest time from a request that failed to the next that did not. One run, one change: ' +
    '`soak` has hundreds.',

  async run({ quick }: Pace): Promise<Row[]> {
    const rows: Row[] = [];
    for (const stage of STAGES)
      rows.push(...(await Promise.all(stage.map((situation) => rowsOf(situation, quick)))).flat());
    return rows;
  },
};

async function rowsOf(situation: Situation, quick: boolean): Promise<Row[]> {
  const subjects = subjectsOf(quick);
  const overlap = quick ? 1_000 : OVERLAP;
  const lag = quick ? 1_000 : LAG;
  // Whoever reads the file again once a minute is waited for.
  const tail = situation === 'rotation' || situation === 'revocation' ? overlap : lag;
  const lead = quick ? LEAD / 2 : LEAD;
  const count = Math.ceil((lead + tail + (quick ? TRAIL / 2 : TRAIL)) / INTERVAL);
  const podsOf = ({ id }: Subject) => Array.from({ length: count }, (_, index) => `${id}-${index}`);
  const input: OutageServerInput = { situation, pods: subjects.flatMap(podsOf), lead, overlap, lag };
  await using server = await startNode<KitAddress>('outage-server', { input });
  await using all = new AsyncDisposableStack();
  const clients = await Promise.all(
    subjects.map(async ({ client, flavour }) =>
      all.use(await startNode('outage-client', { input: { client, flavour, server: server.hello } })),
    ),
  );
  const at = Date.now() + HEADSTART;
  const happened = server.ask({ at } satisfies OutageStart);
  const failed = await Promise.all(
    subjects.map((subject, index) => {
      // Not all in the same millisecond.
      const own = at + (index * INTERVAL) / subjects.length;
      return clients[index]?.ask<Failed>({ at: own, interval: INTERVAL, pods: podsOf(subject) } satisfies OutageOrder);
    }),
  );
  await happened;
  const served = new Set(await server.ask<Served>({ served: true }));
  const outages = new Map(
    subjects.map((subject, index): [string, Outage] => {
      const errors: Failed = failed[index] ?? new Map();
      const requests = podsOf(subject).map((pod) => ({ served: served.has(pod), error: errors.get(pod) }));
      return [subject.id, outageOf(requests)];
    }),
  );
  return [...LIBRARIES, ...WITH_CORE].map((client) => rowOf(situation, client, outages));
}

function subjectsOf(quick: boolean): Subject[] {
  const of = (flavour: Subject['flavour']) => (client: Client) => ({ client, flavour, id: idOf(client, flavour) });
  const without = quick ? ([BY_HAND] as const) : ([...LIBRARIES, BY_HAND] as const);
  return [...[...LIBRARIES, ...WITH_CORE].map(of('kubefresh')), ...without.map(of('stock'))];
}

function idOf(client: Client, flavour: Subject['flavour']): string {
  return `${flavour}-${client}`;
}

function rowOf(situation: Situation, client: Client, outages: ReadonlyMap<string, Outage>): Row {
  const own = outages.get(idOf(client, 'kubefresh'));
  const peer = (WITH_CORE as readonly Client[]).includes(client) ? BY_HAND : client;
  const theirs = outages.get(idOf(peer, 'stock'));
  const seconds = ({ longest }: Outage) => exactly((longest * INTERVAL) / 1000);
  const notes = [
    own?.error && `with kubefresh the first that failed got "${own.error}".`,
    theirs?.lasting && 'without, the outage had not ended when the run did.',
  ].filter((note) => typeof note === 'string');
  return {
    what: `${situation}, ${client}`,
    unit: 'requests; s',
    values: {
      'failed with kubefresh': exactly(own?.failed ?? Number.NaN),
      ...(own && { outage: seconds(own) }),
      ...(theirs && { 'failed without': exactly(theirs.failed), 'outage without': seconds(theirs) }),
    },
    ...(notes.length > 0 && { note: notes.join(' ') }),
  };
}
