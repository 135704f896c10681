import { afterEach } from 'vitest';
import { TokenManager, type TokenManagerOptions } from '../../../src/mint/index.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { TokenApi } from './token-api.ts';

const open: TokenManager[] = [];

afterEach(async () => {
  for (const manager of open.splice(0)) await manager.close();
});

/** A TokenManager on a clock of the test's, and the API it asks; closed after the test. */
export function setUp(options: Partial<TokenManagerOptions> = {}) {
  const clock = new ManualClock();
  const api = new TokenApi(clock);
  const manager = new TokenManager({ origin: 'https://10.0.0.1', dispatcher: api.dispatcher, clock, ...options });
  open.push(manager);
  return { clock, api, manager };
}
