import { readFileSync } from 'node:fs';

/** One process for all time: a pid alone is given out again, the pair is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, field 22 of `/proc/<pid>/stat` (proc_pid_stat(5)). */
  readonly startTime: string;
}

/** The identity of a running process, or undefined if there is none with this pid. A zombie counts as gone. */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the command in parentheses and may itself hold spaces and parentheses; count from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const startTime = fields[19];
  return state === 'Z' || startTime === undefined ? undefined : { pid, startTime };
}

/** Whether that very process still runs. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}

/** The identity of this process. */
export function self(): ProcessIdentity {
  return identify(process.pid) ?? { pid: process.pid, startTime: '' };
}
