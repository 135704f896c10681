import Table from 'cli-table3';
import type { Figures } from '../count.ts';
import type { Snapshot } from '../observer.ts';
import { workloads } from '../workloads/all.ts';
import { type Line, span } from './line.ts';
import { seconds } from './words.ts';

/** The table in which every run ends, and below it what its numbers hide. */
export function resultLines(snapshot: Snapshot): Line[] {
  const { lanes } = snapshot;
  return [
    ...tableOf(snapshot).map((text) => {
      const lane = lanes.find(({ workload }) => text.includes(` ${workload} `));
      return [lane === undefined ? span(text) : span(text, lane.failed > 0 ? 'bad' : 'good')];
    }),
    ...lanes.flatMap(noteOn).map((text) => [span(text)]),
    [span("Counted from the server's journal; what never reached the server, from the callers' own errors.", 'dim')],
    [span('Rename to use includes the wait for the next request: each workload lists pods 20 times a second.', 'dim')],
  ];
}

function tableOf({ lanes, rotations }: Snapshot): string[] {
  const table = new Table({
    head: ['workload', 'requests', 'failed', 'longest outage', 'rotations used', 'rename to use (median)'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    // Colours are ours to choose: the same lines go into pipes and images.
    style: { head: [], border: [], compact: true },
  });
  for (const lane of lanes) {
    table.push([
      lane.workload,
      lane.requests,
      lane.failed,
      lane.longestOutage === 0 ? 'none' : `${seconds(lane.longestOutage)}${lane.outageSince ? ', still out' : ''}`,
      `${lane.rotationsUsed} of ${rotations}`,
      lane.medianToUse === undefined ? '-' : `${lane.medianToUse} ms`,
    ]);
  }
  return table.toString().split('\n');
}

function noteOn({ workload, errors, neverSent, madeGood }: Figures): string[] {
  const about = workloads.find(({ name }) => name === workload)?.about;
  const failures = Object.entries(errors).map(([error, count]) => `${count} x ${error}`);
  return [
    `${workload}: ${about}`,
    ...(failures.length > 0 ? [`  failed: ${failures.join(', ')}`] : []),
    ...(neverSent > 0 ? [`  of these never reached the server: ${neverSent}`] : []),
    ...(madeGood > 0 ? [`  refused by the server, sent again and good: ${madeGood}`] : []),
  ];
}
