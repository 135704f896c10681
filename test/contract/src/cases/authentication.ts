import type { ContractCase } from '../case.ts';
import { NAMESPACE, type TokenState } from '../world.ts';

const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps/one`;

const STATES: readonly TokenState[] = [
  'good',
  'garbage',
  'expired',
  'not yet valid',
  'within the leeway',
  'other audience',
  'other issuer',
  'other account uid',
  'absent pod',
  'legacy without its secret',
];

/** Who gets in: every state of a token, and the ways to send none. */
export const authentication: readonly ContractCase[] = [
  ...STATES.map(
    (state) =>
      ({
        title: `a token: ${state}`,
        ask: async (world) => ({ path: PATH, authorization: `Bearer ${await world.token(state)}` }),
      }) satisfies ContractCase,
  ),
  { title: 'no Authorization', ask: async () => ({ path: PATH }) },
  { title: 'an empty token', ask: async () => ({ path: PATH, authorization: 'Bearer ' }) },
  {
    title: 'two spaces before the token',
    ask: async (world) => ({ path: PATH, authorization: `Bearer  ${await world.token('good')}` }),
  },
  { title: 'another scheme', ask: async () => ({ path: PATH, authorization: 'Basic YTpi' }) },
  {
    title: 'bearer in lower case',
    ask: async (world) => ({ path: PATH, authorization: `bearer ${await world.token('good')}` }),
  },
];
