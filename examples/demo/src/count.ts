import type { JournalEntry } from '@kubefresh/testing';
import { CALL_PARAMETER, type Call } from './call.ts';
import type { Landing } from './stage.ts';

/** What became of one workload, in the words of the final table. */
export interface Figures {
  readonly workload: string;
  /** Calls made: lists and watches. */
  readonly requests: number;
  /** Calls that failed for the caller, whether the server refused them or they never reached it. */
  readonly failed: number;
  /** Of `failed`: what the server's journal does not know (a TLS error, an exception before anything was sent). */
  readonly neverSent: number;
  /** Requests that the server refused and that a second request of the same call made good. */
  readonly madeGood: number;
  /** The longest time from the start of a list that failed to the end of the next that did not, ms. 0: none failed. */
  readonly longestOutage: number;
  /** When the outage that still lasts began, ms since the epoch. */
  readonly outageSince: number | undefined;
  /** Tokens that landed during the run and that the server accepted from this workload. */
  readonly rotationsUsed: number;
  /** From the kubelet's rename to the arrival of the first request with the new token, ms; undefined if it used none. */
  readonly medianToUse: number | undefined;
  /** Failures by what the caller was told. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of the failure that came last; undefined: none failed. */
  readonly lastError: string | undefined;
  /** The token it sent last. */
  readonly token: Landing | undefined;
}

/** Everything there is to count from. */
export interface Evidence {
  /** See {@link byCall}. */
  readonly requests: ReadonlyMap<string, readonly JournalEntry[]>;
  readonly calls: readonly Call[];
  readonly landings: readonly Landing[];
  /** ms since the epoch: the end of an outage that still lasts. */
  readonly now: number;
}

/** The server's journal by the call that each request belongs to, in order of the answers. */
export function byCall(journal: readonly JournalEntry[]): Map<string, JournalEntry[]> {
  const requests = new Map<string, JournalEntry[]>();
  for (const entry of journal) {
    const call = entry.query.get(CALL_PARAMETER) ?? '';
    const known = requests.get(call);
    if (known) known.push(entry);
    else requests.set(call, [entry]);
  }
  return requests;
}

/** Counts one workload. */
export function figuresOf(workload: string, evidence: Evidence): Figures {
  const calls = evidence.calls.filter((call) => call.workload === workload);
  const requestsOf = ({ id }: Call) => evidence.requests.get(id) ?? [];
  const sent = calls.flatMap(requestsOf);
  const errorOf = (call: Call) => call.error ?? String(requestsOf(call).at(-1)?.status);
  const failed = new Set(calls.filter((call) => hasFailed(call, requestsOf(call))));
  const errors = [...failed].map(errorOf);
  const good = calls.filter((call) => call.endedAt !== undefined && !failed.has(call));
  return {
    workload,
    requests: calls.length,
    failed: failed.size,
    neverSent: [...failed].filter((call) => requestsOf(call).length === 0).length,
    madeGood: good.flatMap(requestsOf).filter((entry) => !accepted(entry)).length,
    ...outageOf(calls, failed, evidence.now),
    ...usesOf(sent, evidence.landings),
    errors: countBy(errors),
    lastError: errors.at(-1),
    token: evidence.landings.find(({ jti }) => jti === sent.findLast((entry) => entry.jti)?.jti),
  };
}

/** A call has failed if its caller says so, or if the last the server sent it was a refusal. */
function hasFailed(call: Call, entries: readonly JournalEntry[]): boolean {
  if (call.endedAt === undefined) return false;
  const last = entries.at(-1);
  return call.error !== undefined || (last !== undefined && !accepted(last));
}

function accepted({ status }: JournalEntry): boolean {
  return status >= 200 && status < 300;
}

/** Lists only: they come at a steady rate, so that a gap between two good ones means something. */
function outageOf(calls: readonly Call[], failed: ReadonlySet<Call>, now: number) {
  let longestOutage = 0;
  let outageSince: number | undefined;
  for (const call of calls) {
    if (call.kind !== 'list' || call.endedAt === undefined) continue;
    if (failed.has(call)) outageSince ??= call.startedAt;
    else if (outageSince !== undefined) {
      longestOutage = Math.max(longestOutage, call.endedAt - outageSince);
      outageSince = undefined;
    }
  }
  if (outageSince !== undefined) longestOutage = Math.max(longestOutage, now - outageSince);
  return { longestOutage, outageSince };
}

function usesOf(sent: readonly JournalEntry[], landings: readonly Landing[]) {
  const firstSent = new Map<string, number>();
  const taken = new Set<string>();
  for (const entry of sent) {
    if (entry.jti === undefined) continue;
    firstSent.set(entry.jti, Math.min(entry.time, firstSent.get(entry.jti) ?? Number.POSITIVE_INFINITY));
    if (accepted(entry)) taken.add(entry.jti);
  }
  // The first token was there at the start: no rotation.
  const rotated = landings.slice(1);
  const delays = rotated.flatMap(({ jti, at }) => {
    const first = firstSent.get(jti);
    return first === undefined ? [] : [first - at];
  });
  return { rotationsUsed: rotated.filter(({ jti }) => taken.has(jti)).length, medianToUse: median(delays) };
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
