import { addMembers, shapeOf } from '../compare/shape.ts';
import { type UpgradeQuestion, upgrade } from '../wire/exec.ts';
import { CORE } from '../worlds/objects.ts';
import type { World } from '../worlds/world.ts';
import { asks, type ContractCase } from './case.ts';

/** The pod that runs in both worlds. */
export const POD = 'running';
/** What it has written to its log. */
export const LINES = ['first line', 'second line', 'third line'] as const;
/** Its programs, by what they are given to run: what they do in both worlds. */
export const PROGRAMS = {
  out: "process.stdout.write('to stdout')",
  err: "process.stderr.write('to stderr')",
  fail: 'process.exit(3)',
  echo: 'process.stdin.pipe(process.stdout)',
} as const;

const PATH = `${CORE}/pods/${POD}`;

const reader = async (world: World) => ({ authorization: `Bearer ${await world.mint()}` });

const log = (title: string, query: string, pod = POD) =>
  asks(title, async (world) => ({ path: `${CORE}/pods/${pod}/log${query}`, as: await reader(world) }));

function exec(
  title: string,
  program: keyof typeof PROGRAMS,
  query: string,
  more: Omit<UpgradeQuestion, 'path'> & { readonly pod?: string } = {},
): ContractCase {
  const command = ['/usr/local/bin/node', '--eval', PROGRAMS[program]];
  const words = command.map((word) => `&command=${encodeURIComponent(word)}`).join('');
  return {
    title,
    observe: async (world) => {
      const { pod = POD, ...rest } = more;
      const path = `${CORE}/pods/${pod}/exec?${query}${words}`;
      const answer = await upgrade(world, { as: await reader(world), ...rest, path });
      const shape = new Map(shapeOf(world, answer));
      if (answer.channels !== undefined) {
        const { error = '', ...output } = answer.channels;
        addMembers(shape, world, 'output', output);
        // The old protocol's error channel is text, empty where all went well.
        addMembers(shape, world, 'error', error.startsWith('{') ? JSON.parse(error) : error);
      }
      if (answer.closed !== undefined) shape.set('close code', String(answer.closed));
      return shape;
    },
  };
}

/** What runs in pods: logs and exec. */
export const streams: readonly ContractCase[] = [
  log('the log of a container', ''),
  log('the log, its last line', '?tailLines=1'),
  log('the log, no line of it', '?tailLines=0'),
  log('the log, followed for some bytes', `?follow=true&limitBytes=${LINES[0].length}`),
  log('the log, its first bytes', '?limitBytes=5'),
  log('the log of a container by name', '?container=main'),
  log('the log of a container that is not there', '?container=absent'),
  log('the log of a pod that is not there', '', 'absent'),
  log('the log, lines that are none', '?tailLines=-1'),
  exec('exec', 'out', 'stdout=true'),
  exec('exec, to stderr', 'err', 'stdout=true&stderr=true'),
  exec('exec, with an exit code', 'fail', 'stdout=true&stderr=true'),
  exec('exec, with stdin', 'echo', 'stdin=true&stdout=true', { stdin: 'from stdin' }),
  exec('exec by the older protocol', 'out', 'stdout=true', { protocols: ['v4.channel.k8s.io'] }),
  exec('exec by the older protocol, with an exit code', 'fail', 'stdout=true', { protocols: ['v4.channel.k8s.io'] }),
  exec('exec by one of several protocols', 'out', 'stdout=true', {
    protocols: ['v4.channel.k8s.io', 'v5.channel.k8s.io'],
  }),
  exec('exec by an unknown protocol', 'out', 'stdout=true', { protocols: ['nonsense'] }),
  exec('exec in a pod that is not there', 'out', 'stdout=true', { pod: 'absent' }),
  exec('exec in a container that is not there', 'out', 'stdout=true&container=absent'),
  exec('exec without a stream', 'out', 'stdout=false'),
  asks('exec without an upgrade', async (world) => ({
    path: `${PATH}/exec?stdout=true&command=true`,
    as: await reader(world),
  })),
  exec('exec, anonymous', 'out', 'stdout=true', { as: 'nobody' }),
  exec('exec with a dead token', 'out', 'stdout=true', { as: { authorization: 'Bearer dead' } }),
];
