import { createProjectedVolume } from '@kubefresh/testing';
import { type Bench, exactly, type Pace, type Row } from '../bench.ts';
import { createCertificate } from '../certificate.ts';
import type { KitServer } from '../children/kit-server.ts';
import type { ScaleTokensInput } from '../children/scale-tokens.ts';
import type { ScaleReport, ScaleVolumesInput } from '../children/scale-volumes.ts';
import { runNode, startNode } from '../node-process.ts';
import { median, pairedRatio, spreadOf } from '../statistics.ts';
import { makeToken } from '../token.ts';

const WAYS = ['kubefresh', 'fs.watch', 'chokidar'] as const;
const HOLDERS = ['kubefresh', 'bare POSTs'] as const;

/** The counts at which processes sit still: ten seconds at each of them would be half of the run. */
const SITTING: ReadonlySet<number> = new Set([16, 10_000]);

/** By way, a report a round. */
type Reports = ReadonlyMap<string, readonly ScaleReport[]>;

/** So many of a kind, and what they cost. */
interface Measured {
  readonly count: number;
  readonly reports: Reports;
}

/** What many volumes and many tokens cost. */
export const scaleBench: Bench = {
  name: 'scale',
  title: 'Many volumes in one process, against fs.watch and chokidar; many minted tokens in one TokenManager',
  method:
    'A process for each sample, the ways interleaved. Volumes: held means that all files are read, ready that all watchers have ' +
    'begun (fs.watch and chokidar read the same files, check nothing, and never look again). Tokens: asked for 64 at a time ' +
    'from the server of @kubefresh/testing, whose signing takes most of the time; bare POSTs ask for the same by undici and ' +
    'keep the text alone: what ours adds is the difference. Memory is the resident set more than before, heap the heap and what ' +
    'hangs from it, after a full collection that gives pages back, the first use of the code included (for tokens excluded); idle is processor time a second while nothing happens for ten.',

  async run({ quick }: Pace): Promise<Row[]> {
    const idle = quick ? 300 : 10_000;
    const rows: Row[] = [];
    const measured: Record<'volumes' | 'tokens', Measured[]> = { volumes: [], tokens: [] };
    for (const count of quick ? [1, 16] : [1, 16, 100, 1_000]) {
      const reports = await volumes(count, quick ? 1 : 5, SITTING.has(count) ? idle : 0);
      rows.push(...rowsOf(`${count} volume${count === 1 ? '' : 's'}`, reports));
      measured.volumes.push({ count, reports });
    }
    for (const count of quick ? [1_000] : [100, 1_000, 10_000]) {
      const reports = await tokens(count, quick ? 1 : 3, SITTING.has(count) ? idle : 0);
      rows.push(...rowsOf(`${count} tokens`, reports));
      measured.tokens.push({ count, reports });
    }
    for (const [kind, list] of quick ? [] : Object.entries(measured))
      rows.push(...linearity(kind, list.at(-2), list.at(-1)));
    return rows;
  },
};

async function volumes(count: number, rounds: number, idle: number): Promise<Reports> {
  const { cert } = await createCertificate();
  const made = Array.from({ length: count }, (_, index) =>
    createProjectedVolume({ files: { token: makeToken(String(index), 0), 'ca.crt': cert, namespace: 'default' } }),
  );
  try {
    const directories = made.map(({ directory }) => directory);
    const reports = new Map<string, ScaleReport[]>(WAYS.map((way) => [way, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const way of WAYS) {
        const input: ScaleVolumesInput = { way, directories, idle: round === 0 ? idle : 0 };
        reports.get(way)?.push(await runNode<ScaleReport>('scale-volumes', { input, flags: ['--expose-gc'] }));
      }
    }
    return reports;
  } finally {
    for (const volume of made) volume[Symbol.dispose]();
  }
}

async function tokens(count: number, rounds: number, idle: number): Promise<Reports> {
  const reports = new Map<string, ScaleReport[]>(HOLDERS.map((way) => [way, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const way of HOLDERS) {
      await using server = await startNode<KitServer>('kit-server');
      const input: ScaleTokensInput = { way, server: server.hello, tokens: count, idle: round === 0 ? idle : 0 };
      reports.get(way)?.push(await runNode<ScaleReport>('scale-tokens', { input, flags: ['--expose-gc'] }));
    }
  }
  return reports;
}

/** A row for each measure of so many of one kind. */
function rowsOf(what: string, reports: Reports): Row[] {
  const row = (measure: string, unit: string, of: (report: ScaleReport) => number | undefined): Row => ({
    what: `${what}, ${measure}`,
    unit,
    values: Object.fromEntries(
      [...reports]
        .map(([way, list]) => [way, list.map(of).filter((value) => value !== undefined)] as const)
        .filter(([, values]) => values.length > 0)
        .map(([way, values]) => [way, spreadOf(values)]),
    ),
  });
  const [first, second] = [...reports.values()].map((list) => list.map(({ ready }) => ready));
  return [
    row('held', 'ms', ({ held }) => held),
    { ...row('ready', 'ms', ({ ready }) => ready), ...(first && second && { ratio: pairedRatio(first, second) }) },
    row('memory', 'MB', ({ memory }) => memory),
    row('heap', 'MB', ({ heap }) => heap),
    row('idle', 'ms/s', ({ idle }) => idle),
  ].filter(({ values }) => Object.keys(values).length > 0);
}

/** How much more each one costs among the most of them than among a tenth of them: 1 is linear. */
function linearity(kind: string, few: Measured | undefined, many: Measured | undefined): Row[] {
  if (few === undefined || many === undefined) return [];
  const row = (measure: 'ready' | 'heap'): Row => {
    const each = ({ reports, count }: Measured, way: string) =>
      median((reports.get(way) ?? []).map((report) => report[measure])) / count;
    const ways = [...many.reports.keys()].map((way) => [way, exactly(each(many, way) / each(few, way))]);
    return {
      what: `one of ${many.count} ${kind} to one of ${few.count}, ${measure}`,
      unit: '',
      values: Object.fromEntries(ways),
    };
  };
  return [row('ready'), row('heap')];
}
