import Table from 'cli-table3';
import type { Snapshot } from '../observer.ts';
import { workloads } from '../workloads/all.ts';
import { errorsOf, seconds } from './words.ts';

/** The table in which every run ends, and below it what the numbers hide. */
export function resultTable({ lanes, rotations }: Snapshot): string {
  const table = new Table({
    head: ['workload', 'requests', 'failed', 'longest outage', 'rotations used', 'rename to use (median)'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const lane of lanes) {
    const lasts = lane.outageSince === undefined ? '' : ', still out';
    table.push([
      lane.workload,
      lane.requests,
      lane.failed,
      lane.longestOutage === 0 ? 'none' : `${seconds(lane.longestOutage)}${lasts}`,
      `${lane.rotationsUsed} of ${rotations}`,
      lane.medianToUse === undefined ? '-' : `${lane.medianToUse} ms`,
    ]);
  }
  return [table.toString(), ...notes(lanes)].join('\n');
}

function notes(lanes: Snapshot['lanes']): string[] {
  const lines = lanes.flatMap((lane) => {
    const about = workloads.find(({ name }) => name === lane.workload)?.about;
    const failures = lane.failed > 0 ? ` Failures: ${errorsOf(lane)}.` : '';
    const unsent = lane.neverSent > 0 ? ` ${lane.neverSent} of them never reached the server.` : '';
    const resent = lane.madeGood > 0 ? ` ${lane.madeGood} refused requests were sent again and succeeded.` : '';
    return `${lane.workload}: ${about}.${failures}${unsent}${resent}`;
  });
  return [
    ...lines,
    "Counted from the server's journal; what never reached the server, from the callers' own errors.",
    'Rename to use includes the wait for the next request: each workload lists pods 20 times a second.',
  ];
}
