/**
 * The API server and the volume of `@kubefresh/testing`, on which one thing happens to the credential while clients are at
 * work. Its journal says which of their requests it served.
 */
import { setTimeout } from 'node:timers/promises';
import { answer, input } from '../child.ts';
import { startKit } from '../kit.ts';
import { WARM_UP } from '../outage.ts';

/** What happens. */
export type Situation = 'rotation' | 'revocation' | 'lagging server' | 'CA swap';

/** What the parent asks for. */
export interface OutageServerInput {
  readonly situation: Situation;
  /** The pods that there are: each request asks for one of its own, so that the journal knows which it was. */
  readonly pods: readonly string[];
  /** From the start to what happens, ms. */
  readonly lead: number;
  /** How long a rotation leaves the old token valid, ms. */
  readonly overlap: number;
  /** How long a lagging server refuses a new token, ms. */
  readonly lag: number;
}

/** Let it happen, counted from this moment, ms since the epoch; the answer comes when all has happened. */
export interface OutageStart {
  readonly at: number;
}

/** The pods that were asked for and answered with 200, by the journal. */
export type Served = readonly string[];

const { situation, pods, lead, overlap, lag } = await input<OutageServerInput>();
const { server, volume, token: old, address } = await startKit([WARM_UP, ...pods]);

const situations: Record<Situation, () => Promise<void>> = {
  async rotation() {
    volume.write({ token: await server.mint() });
    await setTimeout(overlap);
    server.revoke(old);
  },
  async revocation() {
    volume.write({ token: await server.mint() });
    server.revoke(old);
  },
  async 'lagging server'() {
    const token = await server.mint();
    server.faults.refuseNewTokens({ youngerThanMs: lag, mintedAfter: Date.now() - 1_000 });
    volume.write({ token });
  },
  async 'CA swap'() {
    volume.write({ 'ca.crt': await server.rotateCA() });
    // As at a restart with the new certificate: nobody goes on over a connection of before.
    server.goAway();
  },
};

process.on('message', async (message) => {
  if ('at' in (message as object)) {
    await setTimeout((message as OutageStart).at + lead - Date.now());
    await situations[situation]();
    await answer('happened');
  } else await answer(served());
});
await answer(address);

function served(): Served {
  return server.journal.filter(({ status }) => status === 200).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
}
