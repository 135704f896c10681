import { parseArgs } from 'node:util';
import type { ClusterOptions } from '../cluster/start.ts';
import { TestingError } from '../errors.ts';

export const USAGE = `kubefresh-testing serve [options]

Starts an API server, a service-account volume and a kubelet, and prints the environment by which a program in any
language finds them. Ends on Ctrl-C, on "quit", or when a pipe or terminal at its input ends.

  --port N               port to listen on (default: any free one)
  --host ADDRESS         address to listen on (default 127.0.0.1)
  --namespace NAME       namespace of the pod (default default)
  --service-account NAME its service account (default default)
  --expiration SECONDS   life the kubelet asks for (default 3607, which the server extends to a year)
  --time-scale N         tokens and kubelet run N times faster (600: an hour in 6 s)
  --leeway SECONDS       grace on exp, nbf and iat (default 60)
  --cache SECONDS        how long a success is remembered (default 10)
  --rotate-every SECONDS rotates on top of the kubelet's rule
  --fault NAME[:VARIANT] plays a fault of the table at once; may be given several times
  --json                 prints the environment as one line of JSON

Commands on its input: rotate, fault NAME [VARIANT], stop, faults, journal, help, quit
`;

// A millisecond: less is no pause for a timer, and the kubelet would do nothing but rotate.
const SHORTEST_PAUSE = 0.001;

/** What `serve` was told. */
export interface ServeArguments {
  readonly cluster: ClusterOptions;
  readonly rotateEverySeconds: number | undefined;
  readonly faults: readonly string[];
  readonly json: boolean;
}

/** @throws {TestingError} `ERR_KUBEFRESH_TESTING_INVALID_OPTION` */
export function parseServeArguments(args: string[]): ServeArguments {
  const text = { type: 'string' } as const;
  const options = {
    port: text,
    host: text,
    namespace: text,
    'service-account': text,
    expiration: text,
    'time-scale': text,
    leeway: text,
    cache: text,
    'rotate-every': text,
    fault: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  } as const;
  const { values } = parse(() => parseArgs({ args, options, strict: true }));
  const number = (name: keyof typeof values) => numberOf(name, values[name]);
  return {
    cluster: {
      server: defined({
        port: number('port'),
        host: values.host,
        timeScale: number('time-scale'),
        leewaySeconds: number('leeway'),
        successCacheSeconds: number('cache'),
      }),
      kubelet: defined({
        namespace: values.namespace,
        serviceAccount: values['service-account'],
        expirationSeconds: number('expiration'),
      }),
    },
    rotateEverySeconds: numberOf('rotate-every', values['rotate-every'], SHORTEST_PAUSE),
    faults: values.fault ?? [],
    json: values.json ?? false,
  };
}

function parse<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new TestingError('ERR_KUBEFRESH_TESTING_INVALID_OPTION', `${(cause as Error).message}\n\n${USAGE}`, {
      cause,
    });
  }
}

function numberOf(name: string, value: unknown, least = 0): number | undefined {
  if (value === undefined) return undefined;
  // Number() takes an empty text for 0.
  const number = value === '' ? Number.NaN : Number(value);
  if (Number.isFinite(number) && number >= least) return number;
  throw new TestingError(
    'ERR_KUBEFRESH_TESTING_INVALID_OPTION',
    `--${name} must be a number of at least ${least}, got ${JSON.stringify(value)}`,
  );
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends Record<string, unknown>>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
