import { faults } from './faults/all.ts';
import { type Options, parseOptions, USAGE, UsageError } from './options.ts';
import { run } from './run.ts';
import { scenario } from './scenario.ts';
import { viewsFor } from './view/choose.ts';
import { ours } from './workloads/all.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  const options = parsed();
  if (options === undefined) return 2;
  if (options.help) return print(USAGE);
  if (options.list) return print(faults.map(({ name, about }) => `${name.padEnd(16)} ${about}`).join('\n'));
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const result = await run(scenario(options.seconds, options.fault), viewsFor(options), interrupted.signal);
  return result.lanes.some((lane) => lane.workload === ours && lane.failed > 0) ? 1 : 0;
}

function parsed(): Options | undefined {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`demo: ${error.message}\n\n${USAGE}`);
    return undefined;
  }
}

function print(text: string): 0 {
  console.log(text);
  return 0;
}
