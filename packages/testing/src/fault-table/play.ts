import { systemClock } from '../clock.ts';
import { TestingError } from '../errors.ts';
import { CERTIFICATE_FAULTS } from './certificate-faults.ts';
import { FILE_FAULTS } from './file-faults.ts';
import type { FaultDescription, FaultRun, FaultStage, NamedFault } from './named-fault.ts';
import { SERVER_FAULTS } from './server-faults.ts';
import { TOKEN_FAULTS } from './token-faults.ts';

const FAULTS: readonly NamedFault[] = [...FILE_FAULTS, ...TOKEN_FAULTS, ...SERVER_FAULTS, ...CERTIFICATE_FAULTS];

/** Every fault that `playFault` knows. */
export const faultTable: readonly FaultDescription[] = FAULTS.map(({ id, name, title, variants }) => ({
  id,
  name,
  title,
  variants,
}));

/** A fault that is being played. */
export interface PlayedFault extends AsyncDisposable {
  /** What is played. */
  readonly fault: FaultDescription;
  /** The form it was played in; empty if it has only one. */
  readonly variant: string;
  /** Resolves when it has run its course: at once for those that last until they are stopped. */
  readonly done: Promise<void>;
  /** Ends it and heals what it did, as far as that can be healed. */
  stop(): Promise<void>;
}

/**
 * Plays a fault of the table by its id or name. As long as it lasts the journal has it in `faultsOn`.
 *
 * @throws {TestingError} `ERR_KUBEFRESH_TESTING_UNKNOWN_FAULT` for a name or variant that is not in the table
 */
export function playFault(stage: FaultStage, name: string, options: { readonly variant?: string } = {}): PlayedFault {
  const fault = FAULTS.find((each) => each.id.toLowerCase() === name.toLowerCase() || each.name === name);
  if (!fault)
    throw unknown(
      `no fault ${JSON.stringify(name)}`,
      FAULTS.map((each) => `${each.id} ${each.name}`),
    );
  const variant = options.variant ?? fault.variants[0] ?? '';
  if (variant !== '' && !fault.variants.includes(variant)) {
    throw unknown(`${fault.id} ${fault.name} has no variant ${JSON.stringify(variant)}`, fault.variants);
  }
  const label = stage.server.faults.label(`${fault.id} ${fault.name}`);
  const heals: (() => unknown)[] = [() => label.stop()];
  const stopping = new AbortController();
  const run: FaultRun = {
    server: stage.server,
    volume: stage.volume,
    kubelet: stage.kubelet,
    variant,
    onStop: (heal) => heals.push(heal),
    pause: (ms) => pause(ms, stopping.signal),
  };
  const done = (async () => fault.play(run))();
  // Whoever does not await it learns of a failure by stop().
  done.catch(() => undefined);
  const stop = async () => {
    stopping.abort();
    try {
      await done;
    } finally {
      for (const heal of heals.splice(0).reverse()) await heal();
    }
  };
  return { fault, variant, done, stop, [Symbol.asyncDispose]: stop };
}

function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const cancel = systemClock.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    });
    const stop = () => {
      cancel();
      resolve(false);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

function unknown(what: string, known: readonly string[]): TestingError {
  return new TestingError('ERR_KUBEFRESH_TESTING_UNKNOWN_FAULT', `${what}. Known: ${known.join(', ')}`);
}
