import type { Exchange } from '../http/exchange.ts';
import type { Route } from '../http/router.ts';
import { invalid } from '../http/status.ts';
import { isTrue, type ResourceTarget } from '../http/target.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import type { PodStreams } from '../streams/pod-streams.ts';
import { checkContainer } from './containers.ts';

/** `pods/<name>/log`, with `follow`, `tailLines` and `limitBytes`. */
export function podLogsRoute(store: ResourceStore, pods: PodStreams): Route {
  return {
    accepts: ({ resource }) => resource?.plural === 'pods' && resource.subresource === 'log',
    handle: (exchange, { resource }) => {
      const { namespace = '', name = '' } = resource as ResourceTarget;
      const { query } = exchange.facts;
      const tail = numberOf(query, 'tailLines', 0, 'must be greater than or equal to 0', name);
      const limit = numberOf(query, 'limitBytes', 1, 'must be greater than 0', name) ?? Number.POSITIVE_INFINITY;
      checkContainer(store.get({ group: '', plural: 'pods', namespace, name }), query.get('container'));
      const pod = `${namespace}/${name}`;
      const lines = pods.logs.lines(pod);
      exchange.start(200, { 'content-type': 'text/plain' });
      const write = limited(exchange, limit);
      for (const line of lines.slice(tail === undefined ? 0 : lines.length - Math.min(tail, lines.length))) write(line);
      if (!isTrue(query.get('follow'))) return exchange.end();
      const stop = pods.logs.follow(pod, { line: write, end: () => exchange.end() });
      exchange.response.once('close', stop);
    },
  };
}

/** Writes lines, and ends the answer with the byte that is the last one asked for. */
function limited(exchange: Exchange, limit: number): (line: string) => void {
  let left = limit;
  return (line) => {
    if (exchange.gone) return;
    const bytes = Buffer.from(`${line}\n`);
    exchange.write(bytes.subarray(0, left));
    left -= bytes.byteLength;
    if (left <= 0) exchange.end();
  };
}

const LOG_OPTIONS = { group: '', kind: 'PodLogOptions' } as const;

/** @throws {StatusError} 422 below the least */
function numberOf(query: URLSearchParams, field: string, least: number, rule: string, pod: string): number | undefined {
  const text = query.get(field);
  if (text === null) return undefined;
  const value = Number(text);
  if (value >= least) return value;
  throw invalid(LOG_OPTIONS, pod, { reason: 'FieldValueInvalid', message: `Invalid value: ${text}: ${rule}`, field });
}
