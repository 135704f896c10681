import { execFileSync } from 'node:child_process';
import type { Bench, Pace, Row } from '../bench.ts';
import { Installed } from '../installed.ts';
import { interleave } from '../interleave.ts';
import { pairedDifference, spreadOf } from '../statistics.ts';

/** One thing that a program may load at its start, and what it would load without us. */
interface Entry {
  readonly name: string;
  readonly ours: string;
  readonly peer: string;
}

const BARE_NODE = '';
const load = (name: string) => `await import('${name}');`;
const DISPATCHER = `
  const { volumeSource } = await import('@kubefresh/core');
  const { createDispatcher } = await import('@kubefresh/core/undici');
  createDispatcher({ source: volumeSource({ directory: '/nowhere' }), origins: ['https://10.0.0.1'] });`;
const AGENT = `
  const { Agent } = await import('undici');
  new Agent();`;
const HTTPS = `
  const { volumeSource } = await import('@kubefresh/core');
  const { createAgent } = await import('@kubefresh/core/https');
  createAgent({ source: volumeSource({ directory: '/nowhere' }), origins: ['https://10.0.0.1'] });`;
const NODE_HTTPS = `
  const { Agent } = await import('node:https');
  new Agent({ keepAlive: true });`;

/** By adapter, the client that it is for. */
const clients = {
  'client-node': '@kubernetes/client-node',
  'fluent-client': 'kubernetes-fluent-client',
  'kubernetes-client': 'kubernetes-client',
};

const entries: readonly Entry[] = [
  { name: '@kubefresh/core', ours: load('@kubefresh/core'), peer: BARE_NODE },
  { name: 'a dispatcher', ours: DISPATCHER, peer: AGENT },
  { name: 'an https agent', ours: HTTPS, peer: NODE_HTTPS },
  { name: 'core/token-request', ours: load('@kubefresh/core/token-request'), peer: BARE_NODE },
  { name: 'core/verify', ours: load('@kubefresh/core/verify'), peer: BARE_NODE },
  ...Object.entries(clients).map(([adapter, client]) => ({
    name: adapter,
    ours: load(client) + load(`@kubefresh/${adapter}`),
    peer: load(client),
  })),
];

const ADAPTER_OF_1 = 'client-node on 1.4.0';

/** What it costs to load each entry. */
export const importBench: Bench = {
  name: 'import',
  title: 'What loading each entry adds to loading what a program would load without it',
  method:
    'Each sample is a Node process of its own that imports the built packages from a folder laid as the registry would; ' +
    'time is that of the import, memory the resident set right after it. The difference is paired by round, with its ' +
    "median's 95 % interval, as A/A is, the same program less itself.",

  async run({ quick }: Pace): Promise<Row[]> {
    const rounds = quick ? 2 : 15;
    const peers = Object.fromEntries(Object.values(clients).map((name) => [name, name]));
    using withTwo = new Installed(peers);
    using withOne = new Installed({ ...peers, '@kubernetes/client-node': 'client-node-1' });
    const rows: Row[] = [];
    for (const entry of entries) {
      rows.push(...(await measure(entry, withTwo.folder, rounds)));
      if (entry.name === 'client-node')
        rows.push(...(await measure({ ...entry, name: ADAPTER_OF_1 }, withOne.folder, rounds)));
    }
    return rows;
  },
};

/** What one import took. */
interface Cost {
  readonly ms: number;
  readonly megabytes: number;
}

async function measure({ name, ours, peer }: Entry, folder: string, rounds: number): Promise<Row[]> {
  const costs: Record<'ours' | 'peer' | 'again', Cost[]> = { ours: [], peer: [], again: [] };
  await interleave(rounds, {
    ours: () => costs.ours.push(costOf(ours, folder)),
    peer: () => costs.peer.push(costOf(peer, folder)),
    again: () => costs.again.push(costOf(peer, folder)),
  });
  const row = (what: string, unit: string, of: (cost: Cost) => number): Row => {
    const [own, theirs, again] = [costs.ours.map(of), costs.peer.map(of), costs.again.map(of)];
    return {
      what: `${name}, ${what}`,
      unit,
      values: {
        added: pairedDifference(own, theirs),
        'with kubefresh': spreadOf(own),
        without: spreadOf(theirs),
        'A/A': pairedDifference(again, theirs),
      },
    };
  };
  return [row('time', 'ms', ({ ms }) => ms), row('memory', 'MB', ({ megabytes }) => megabytes)];
}

/** Runs `code` as a whole program: bare JavaScript, so that Node loads no TypeScript stripper into what is measured. */
function costOf(code: string, folder: string): Cost {
  const program = `
    const start = performance.now();
    ${code}
    const ms = performance.now() - start;
    console.log(JSON.stringify({ ms, megabytes: process.memoryUsage.rss() / 2 ** 20 }));
    process.exit();`;
  const flags = ['--no-warnings', '--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, flags, { cwd: folder, encoding: 'utf8' }));
}
