import type { Pod } from '@kubefresh-test/cluster';

/** Ten times what the slowest of these takes, ms. */
const BOUND = 60_000;

/** One line of JSON that a program in a container printed. */
export type Line = Readonly<Record<string, unknown>>;

/**
 * The first line that a pod's program printed, or prints, and that matches.
 *
 * @throws Error with all that it printed, if none comes within a minute
 */
export async function lineOf(pod: Pod, matches: (line: Line) => boolean): Promise<Line> {
  const late = AbortSignal.timeout(BOUND);
  try {
    for await (const text of pod.followLogs(late)) {
      // Process warnings stand between.
      const line: Line = text.startsWith('{') ? JSON.parse(text) : {};
      if (matches(line)) return line;
    }
  } catch (error) {
    if (!late.aborted) throw error;
  }
  throw new Error(`${pod.name} printed nothing of the kind within ${BOUND} ms:\n${await pod.logs()}`);
}
