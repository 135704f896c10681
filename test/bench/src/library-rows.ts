import { exactly, type Pace, type Row } from './bench.ts';
import type { CannedServer, Connections } from './children/canned-server.ts';
import type { LibraryClientInput, LibraryOrder, LibraryReport } from './children/library-client.ts';
import type { Library } from './clients.ts';
import { interleave } from './interleave.ts';
import { startNode } from './node-process.ts';
import { type Interval, pairedRatio, spreadOf } from './statistics.ts';

/** How `libraryRows` measures, for the benches that use it. */
export const LIBRARY_METHOD =
  'The library as it comes and with kubefresh, each in a process and with a server of its own (https, a list of two pods), ' +
  'one after the other in each round; A/A is the stock client once more. Sockets are the most that were open at one time; ' +
  'memory is the most that the process had in the whole run, in which ours has sent several times as much.';

type Kind = Pick<LibraryOrder, 'operation' | 'concurrency'>;

/** Speed, processor time, sockets and memory of a library, stock and ours. */
export async function libraryRows(library: Library, kinds: readonly Kind[], { quick }: Pace): Promise<Row[]> {
  const rounds = quick ? 3 : 9;
  const duration = quick ? 100 : 400;
  const rows: Row[] = [];
  let peak: Row['values'] = {};
  await using serverOfOurs = await startNode<CannedServer>('canned-server');
  await using serverOfStock = await startNode<CannedServer>('canned-server');
  const start = (flavour: LibraryClientInput['flavour'], server: CannedServer) =>
    startNode<string>('library-client', { input: { library, flavour, server } satisfies LibraryClientInput });
  await using ours = await start('kubefresh', serverOfOurs.hello);
  await using stock = await start('stock', serverOfStock.hello);

  for (const kind of kinds) {
    const reports: Record<'ours' | 'stock' | 'again', LibraryReport[]> = { ours: [], stock: [], again: [] };
    const order: LibraryOrder = { ...kind, duration };
    await Promise.all([ours.ask(order), stock.ask(order)]);
    const connections = () =>
      Promise.all([serverOfOurs, serverOfStock].map((each) => each.ask<Connections>({ connections: true })));
    await connections();
    await interleave(rounds, {
      ours: async () => reports.ours.push(await ours.ask(order)),
      stock: async () => reports.stock.push(await stock.ask(order)),
      again: async () => reports.again.push(await stock.ask(order)),
    });
    const [socketsOfOurs, socketsOfStock] = await connections();
    const row = (what: string, unit: string, of: (report: LibraryReport) => number): Row => {
      const [own, theirs, again] = [reports.ours.map(of), reports.stock.map(of), reports.again.map(of)];
      return {
        what: `${library} ${kind.operation} c${kind.concurrency}${what}`,
        unit,
        values: { kubefresh: spreadOf(own), stock: spreadOf(theirs) },
        ratio: pairedRatio(own, theirs),
        control: pairedRatio(again, theirs),
      };
    };
    rows.push(
      row('', 'req/s', ({ rate }) => rate),
      row(', CPU', 'us', ({ cpu }) => cpu),
      {
        what: `${library} ${kind.operation} c${kind.concurrency}, sockets`,
        unit: '',
        values: {
          kubefresh: exactly(socketsOfOurs?.peak ?? Number.NaN),
          stock: exactly(socketsOfStock?.peak ?? Number.NaN),
        },
      },
    );
    peak = { kubefresh: peakOf(reports.ours), stock: peakOf(reports.stock) };
  }
  return [...rows, { what: `${library}, peak memory`, unit: 'MB', values: peak }];
}

function peakOf(reports: readonly LibraryReport[]): Interval {
  return exactly(reports.at(-1)?.peakMemory ?? Number.NaN);
}
