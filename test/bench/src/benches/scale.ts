import { createProjectedVolume } from '@kubefresh/testing';
import type { Bench, Pace, Row } from '../bench.ts';
import { createCertificate } from '../certificate.ts';
import type { KitServer } from '../children/kit-server.ts';
import type { ScaleTokensInput } from '../children/scale-tokens.ts';
import type { ScaleReport, ScaleVolumesInput } from '../children/scale-volumes.ts';
import { runNode, startNode } from '../node-process.ts';
import { spreadOf } from '../statistics.ts';
import { makeToken } from '../token.ts';

const WAYS = ['kubefresh', 'fs.watch', 'chokidar'] as const;

/** What many volumes and many tokens cost. */
export const scaleBench: Bench = {
  name: 'scale',
  title: 'Many volumes in one process, against fs.watch and chokidar; many minted tokens in one TokenManager',
  method:
    'A process for each sample, the ways interleaved. Volumes: held means that all files are read, ready that all watchers have ' +
    'begun (fs.watch and chokidar read the same files, check nothing, and never look again); memory is the resident set ' +
    'more than before, heap the heap and what hangs from it, after a collection, the first use of the code included; idle is processor time a second while ' +
    'nothing happens. Tokens: asked for 50 at a time from the server of @kubefresh/testing, whose signing takes most of the ' +
    'time.',

  async run({ quick }: Pace): Promise<Row[]> {
    const idle = quick ? 300 : 10_000;
    const rows: Row[] = [];
    for (const count of quick ? [1, 16, 100] : [1, 16, 100, 1_000])
      rows.push(...(await volumes(count, quick ? 2 : 7, idle)));
    for (const count of quick ? [1_000, 10_000] : [100, 1_000, 10_000])
      rows.push(...(await tokens(count, quick ? 1 : 3, idle)));
    return rows;
  },
};

async function volumes(count: number, rounds: number, idle: number): Promise<Row[]> {
  const { cert } = await createCertificate();
  const made = Array.from({ length: count }, (_, index) =>
    createProjectedVolume({ files: { token: makeToken(String(index), 0), 'ca.crt': cert, namespace: 'default' } }),
  );
  try {
    const directories = made.map(({ directory }) => directory);
    const reports = new Map<string, ScaleReport[]>(WAYS.map((way) => [way, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const way of WAYS) {
        const input: ScaleVolumesInput = { way, directories, idle };
        reports.get(way)?.push(await runNode<ScaleReport>('scale-volumes', { input, flags: ['--expose-gc'] }));
      }
    }
    return rowsOf(`${count} volume${count === 1 ? '' : 's'}`, reports);
  } finally {
    for (const volume of made) volume[Symbol.dispose]();
  }
}

async function tokens(count: number, rounds: number, idle: number): Promise<Row[]> {
  const reports: ScaleReport[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using server = await startNode<KitServer>('kit-server');
    const input: ScaleTokensInput = { server: server.hello, tokens: count, idle };
    reports.push(await runNode<ScaleReport>('scale-tokens', { input, flags: ['--expose-gc'] }));
  }
  return rowsOf(`${count} tokens`, new Map([['kubefresh', reports]]));
}

function rowsOf(what: string, reports: ReadonlyMap<string, readonly ScaleReport[]>): Row[] {
  const row = (measure: string, unit: string, of: (report: ScaleReport) => number): Row => ({
    what: `${what}, ${measure}`,
    unit,
    values: Object.fromEntries([...reports].map(([way, list]) => [way, spreadOf(list.map(of))])),
  });
  return [
    row('held', 'ms', ({ held }) => held),
    row('ready', 'ms', ({ ready }) => ready),
    row('memory', 'MB', ({ memory }) => memory),
    row('heap', 'MB', ({ heap }) => heap),
    row('idle', 'ms/s', ({ idle }) => idle),
  ];
}
