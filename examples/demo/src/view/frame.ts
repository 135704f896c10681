import type { Figures } from '../count.ts';
import type { Snapshot } from '../observer.ts';
import { workloads } from '../workloads/all.ts';
import { type Line, type Span, type Style, span } from './line.ts';
import { seconds } from './words.ts';

const BAR_COLUMNS = 16;
const AGE_COLUMNS = 19;
const PROGRESS_COLUMNS = 40;
const HEADER = `workload      requests  failed   ${'token: age against life'.padEnd(BAR_COLUMNS + AGE_COLUMNS)}outage`;

/** One picture of a run: what is going on, what comes next, and a lane for each workload. */
export function frame(snapshot: Snapshot): Line[] {
  const { scenario, elapsed, act, next } = snapshot;
  const done = Math.min(1, elapsed / (scenario.seconds * 1000));
  return [
    [
      span('kubefresh demo  ', 'bold'),
      ...bar(done, PROGRESS_COLUMNS, 'accent'),
      span(`  ${seconds(elapsed)} of ${scenario.seconds} s`),
    ],
    [],
    [
      span('now   ', 'dim'),
      ...(act ? [span(act.fault.name, 'warning'), span(`  ${act.fault.about}`)] : [span('all is well')]),
    ],
    [
      span('next  ', 'dim'),
      span(next ? `${next.fault.name} in ${seconds(Math.max(0, next.at - elapsed))}` : 'the end'),
    ],
    [],
    [span(HEADER, 'dim')],
    ...snapshot.lanes.flatMap((lane) => laneOf(lane, snapshot.now)),
  ];
}

function laneOf(lane: Figures, now: number): Line[] {
  const out = lane.outageSince !== undefined;
  const about = workloads.find(({ name }) => name === lane.workload)?.about ?? '';
  return [
    [
      span(lane.workload.padEnd(13), 'bold'),
      span(String(lane.requests).padStart(9)),
      span(`${lane.failed}`.padStart(8), lane.failed > 0 ? 'bad' : 'good'),
      span('   '),
      ...tokenOf(lane, now),
      outageOf(lane, now),
    ],
    [span(`  ${about}`, out ? 'plain' : 'dim')],
  ];
}

function tokenOf({ token, outageSince }: Figures, now: number): Span[] {
  if (token === undefined) return [span(''.padEnd(BAR_COLUMNS + AGE_COLUMNS))];
  const age = now - token.at;
  const life = token.expiresAt - token.at;
  const style: Style = outageSince !== undefined || age > life ? 'bad' : 'good';
  return [
    ...bar(Math.min(1, age / life), BAR_COLUMNS, style),
    span(` ${seconds(age)} of ${seconds(life)}`.padEnd(AGE_COLUMNS)),
  ];
}

function outageOf({ outageSince, longestOutage, lastError }: Figures, now: number): Span {
  if (outageSince !== undefined) return span(`OUT ${seconds(now - outageSince)}  ${lastError}`, 'bad');
  return longestOutage === 0 ? span('none', 'good') : span(`was ${seconds(longestOutage)}`, 'warning');
}

function bar(share: number, columns: number, style: Style): Span[] {
  const full = Math.round(share * columns);
  return [span('█'.repeat(full), style), span('░'.repeat(columns - full), 'dim')];
}
