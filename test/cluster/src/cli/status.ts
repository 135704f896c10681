import { readFileSync } from 'node:fs';
import { markedProcesses } from '../machine/remove.ts';
import { type ListedCluster, listClusters } from './clusters.ts';

/** Prints every running cluster: its programs, their memory, and how long each took to start. */
export async function printStatus(): Promise<void> {
  const clusters = await listClusters();
  if (clusters.length === 0) console.log('no cluster is up');
  for (const cluster of clusters) console.log(describe(cluster).join('\n'));
}

function describe({ directory, state }: ListedCluster): string[] {
  const processes = markedProcesses(directory.id).map((pid) => ({ pid, ...inspect(pid) }));
  const programs = processes.filter(({ residentKiB }) => residentKiB > IGNORED_KIB);
  const total = processes.reduce((sum, { residentKiB }) => sum + residentKiB, 0);
  const ready = state.readyAfterMs === undefined ? 'starting' : `ready after ${seconds(state.readyAfterMs)}`;
  return [
    `${state.id}  ${state.profile}  ${ready}  ${mebibytes(total)}  ${state.server ?? ''}  by ${state.startedBy}`,
    ...programs.map(({ pid, name, residentKiB }) => {
      const component = state.components.find((entry) => entry.process.pid === pid || entry.name.startsWith(name));
      const after = component?.readyAfterMs === undefined ? '' : `ready after ${seconds(component.readyAfterMs)}`;
      return `  ${(component?.name ?? name).padEnd(24)} pid ${String(pid).padEnd(8)} ${mebibytes(residentKiB).padStart(8)}  ${after}`;
    }),
  ];
}

/** Helpers that only hold a namespace open are not worth a line. */
const IGNORED_KIB = 4096;

function inspect(pid: number): { name: string; residentKiB: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1];
    return { name: field('Name') ?? '', residentKiB: Number(field('VmRSS') ?? 0) };
  } catch {
    return { name: '', residentKiB: 0 };
  }
}

function mebibytes(kibibytes: number): string {
  return `${Math.round(kibibytes / 1024)} MiB`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
