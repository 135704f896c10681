import type { Pace, Row } from './bench.ts';
import type { CannedServer } from './children/canned-server.ts';
import type { HttpClientAnswer, HttpClientInput, Stack } from './children/http-client.ts';
import { runNode, startNode } from './node-process.ts';
import { pairedRatio, spreadOf } from './statistics.ts';

/** How `httpRows` measures, for the benches that use it. */
export const HTTP_METHOD =
  'A client process and a server process that only counts heads, so that the client is the slower of the two. In each round ' +
  'ours, the bare peer and the bare peer once more (A/A) send for the same time, in turn; the bare peer has an agent of its ' +
  'own and sends the same token itself. CPU is the processor time of the client process for one request.';

/** Requests a second and processor time a request, of one stack at several concurrencies. */
export async function httpRows(stack: Stack, concurrencies: readonly number[], { quick }: Pace): Promise<Row[]> {
  const rows: Row[] = [];
  await using server = await startNode<CannedServer>('canned-server');
  for (const concurrency of concurrencies) {
    const input: HttpClientInput = {
      server: server.hello,
      stack,
      concurrency,
      rounds: quick ? 3 : 15,
      duration: quick ? 150 : 400,
    };
    const { rate, cpu } = await runNode<HttpClientAnswer>('http-client', { input });
    const row = (what: string, unit: string, of: HttpClientAnswer['rate']): Row => ({
      what: `${stack} c${concurrency}${what}`,
      unit,
      values: { kubefresh: spreadOf(of.ours), bare: spreadOf(of.bare) },
      ratio: pairedRatio(of.ours, of.bare),
      control: pairedRatio(of.again, of.bare),
    });
    rows.push(row('', 'req/s', rate), row(', CPU', 'us', cpu));
  }
  return rows;
}
