import type { View } from '../run.ts';

/** The figures as one JSON object on standard output, for scripts. Times are ms. */
export function jsonView(): View {
  return {
    end({ scenario, elapsed, rotations, lanes }) {
      const { seconds, lifetimeSeconds, acts } = scenario;
      const workloads = lanes.map(({ token: _token, lastError: _last, outageSince, ...figures }) => ({
        ...figures,
        outageAtEnd: outageSince !== undefined,
      }));
      const faults = acts.map(({ at, fault }) => ({ at: Math.round(at), fault: fault.name }));
      console.log(JSON.stringify({ seconds, elapsed, lifetimeSeconds, rotations, faults, workloads }, null, 2));
    },
  };
}
