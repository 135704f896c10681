/** The API server and the volume of `@kubefresh/testing`, with a rotation a second and one fault after the other. */
import { setTimeout } from 'node:timers/promises';
import type { JournalEntry, MintedToken } from '@kubefresh/testing';
import { answer, input } from '../child.ts';
import { startKit } from '../kit.ts';
import { randomFrom } from '../random.ts';
import { entriesOf, type Failure, isOfFault } from '../soak/verdict.ts';

/** What the parent asks for. */
export interface SoakServerInput {
  /** The same seed, the same faults in the same order. */
  readonly seed: number;
  readonly pods: readonly string[];
}

/** Tells what failed since it was told last; the answer says which of it was no fault's own. */
export interface SoakQuestion {
  readonly failures: readonly Failure[];
}

/** The answer. */
export interface SoakVerdict {
  readonly unexplained: readonly Unexplained[];
  /** From the start, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly rotations: number;
}

/** A failure that is no fault's own. */
export interface Unexplained extends Failure {
  /** What the server answered, attempt by attempt. */
  readonly statuses: readonly number[];
  /** The fault that came last before it failed. */
  readonly after: string;
}

/** Between two rotations, ms. */
const ROTATION = 1_000;
/** Longer than any fault lasts, with the rotation that heals it, ms. */
const GAP = 3_500;
/** Faults that are remembered: those of the last question and more. */
const KEPT = 20;
/** Of a token that a server does not know yet, ms: most of the time until the next rotation. */
const LAG = 700;

const { seed, pods } = await input<SoakServerInput>();
const random = randomFrom(seed);
const { server, volume, token: first, address } = await startKit(pods);

let current: MintedToken = first;
let rotations = 0;
let cuts: number[] = [];
let before: readonly JournalEntry[] = [];
let starts: { readonly name: string; readonly at: number }[] = [];
const played: Record<string, number> = {};

const kinds: Readonly<Record<string, () => unknown>> = {
  'garbage file': () => volume.spoil('garbage'),
  'empty file': () => volume.spoil('empty'),
  'half a token': () => volume.spoil('half'),
  // The caller gets a 401 where the second attempt meets the fault, too.
  'any token refused': () => server.faults.refuse({}, { times: 4, forMs: 1_000 }),
  'this token refused': () => {
    const { jti } = current;
    server.faults.refuse({ jti }, { name: 'refuse one', forMs: 2_000 });
  },
  'revoked at the swap': async () => {
    const old = current;
    await rotate();
    server.revoke(old);
  },
  'lagging server': () => server.faults.refuseNewTokens({ youngerThanMs: LAG, forMs: 3_000 }),
  'CA swap': async () => {
    volume.write({ 'ca.crt': await server.rotateCA() });
    server.goAway();
  },
  'connections cut': () => {
    cuts.push(Date.now());
    server.cutConnections();
  },
  'go away': () => server.goAway(),
  slow: () => server.faults.slow({}, { delayMs: 300, forMs: 1_000 }),
  'too many requests': () => server.faults.tooManyRequests({}, { times: 20, forMs: 1_000 }),
};

process.on('message', async (message) => {
  if ('failures' in (message as object)) {
    await answer(verdictOn(message as SoakQuestion));
    return;
  }
  cuts.push(Date.now());
  server.cutConnections();
  await answer('cut');
});
await answer(address);
await Promise.all([rotateAgainAndAgain(), playOneAfterTheOther()]);

async function rotateAgainAndAgain(): Promise<never> {
  for (;;) {
    await setTimeout(ROTATION);
    await rotate();
  }
}

async function rotate(): Promise<void> {
  const token = await server.mint();
  volume.write({ token });
  current = token;
  rotations += 1;
}

async function playOneAfterTheOther(): Promise<never> {
  const names = Object.keys(kinds);
  for (;;) {
    // One is over before the next begins: two at a time may leave no token that the server takes.
    await setTimeout(GAP + 2_000 * random());
    const name = names[Math.floor(random() * names.length)] as string;
    played[name] = (played[name] ?? 0) + 1;
    starts.push({ name, at: Date.now() });
    await kinds[name]?.();
  }
}

function verdictOn({ failures }: SoakQuestion): SoakVerdict {
  const now = server.journal.entries;
  server.journal.clear();
  // What is under way while this is asked has its entries in one and is told with the next.
  const journal = [...before, ...now];
  const unexplained = failures
    .filter((failure) => !isOfFault(failure, journal, cuts))
    .map((failure) => ({
      ...failure,
      statuses: entriesOf(failure, journal).map(({ status }) => status),
      after: starts.findLast(({ at }) => at <= failure.failedAt)?.name ?? 'no fault',
    }));
  before = now;
  [cuts, starts] = [cuts.slice(-KEPT), starts.slice(-KEPT)];
  return { unexplained, faults: played, rotations };
}
