import { handRolled } from './hand-rolled.ts';
import { kubefresh } from './kubefresh.ts';
import { polling } from './polling.ts';
import { stock } from './stock.ts';
import type { Workload } from './workload.ts';

/** The lanes, in the order in which they are shown. */
export const workloads: readonly Workload[] = [handRolled, polling, stock, kubefresh];

/** The one whose failures make the demo exit with 1. */
export const ours = kubefresh.name;
