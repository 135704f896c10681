import type { Snapshot } from '../observer.ts';
import type { View } from '../run.ts';
import { workloads } from '../workloads/all.ts';
import { resultLines } from './table.ts';
import { seconds } from './words.ts';

/** One line for each thing that happens: for pipes, logs and CI. */
export function plainView(print: (line: string) => void): View {
  const out = new Map<string, number>();

  function line({ elapsed }: Snapshot, text: string): void {
    print(`${seconds(elapsed).padStart(7)}  ${text}`);
  }

  return {
    begin(snapshot) {
      const { seconds: length, lifetimeSeconds } = snapshot.scenario;
      for (const { name, about } of workloads) print(`${name.padEnd(12)} ${about}`);
      line(snapshot, `${length} s, tokens live ${lifetimeSeconds} s; each workload lists pods and holds a watch`);
    },
    act: (snapshot) => line(snapshot, `${snapshot.act?.fault.name}: ${snapshot.act?.fault.about}`),
    tick(snapshot) {
      for (const { workload, outageSince, lastError } of snapshot.lanes) {
        const since = out.get(workload);
        if (since === undefined && outageSince !== undefined) {
          out.set(workload, outageSince);
          line(snapshot, `  ${workload} fails: ${lastError}`);
        } else if (since !== undefined && outageSince === undefined) {
          out.delete(workload);
          line(snapshot, `  ${workload} works again after ${seconds(snapshot.now - since)}`);
        }
      }
    },
    end(snapshot) {
      line(snapshot, 'over');
      for (const spans of resultLines(snapshot)) print(spans.map(({ text }) => text).join(''));
    },
  };
}
