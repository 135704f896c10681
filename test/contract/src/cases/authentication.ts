import { shapeOf } from '../compare/shape.ts';
import { upgrade } from '../wire/exec.ts';
import type { Question } from '../wire/send.ts';
import { CORE } from '../worlds/objects.ts';
import { asks, type ContractCase } from './case.ts';
import { tokenStates } from './token-states.ts';

const ONE = `${CORE}/configmaps/one`;
/** Ends in the middle of the second part. */
const DEAD = { authorization: 'Bearer eyJhbGciOiJFUzI1NiJ9.eyJ' };

const dead = (title: string, question: Omit<Question, 'as'>) =>
  asks(`a dead token: ${title}`, { ...question, as: DEAD });

/** Who gets in: every state of a token, the ways to send none, and what a refusal looks like everywhere. */
export const authentication: readonly ContractCase[] = [
  ...tokenStates.map(({ name, make, settles }, index) =>
    asks(
      `a token ${name}`,
      async (world, attempt) => ({
        path: ONE,
        as: { authorization: `Bearer ${await make(world, `sent-${index}-${attempt}`)}` },
      }),
      settles,
    ),
  ),
  asks('an empty token', { path: ONE, as: { authorization: 'Bearer ' } }),
  asks('the scheme alone', { path: ONE, as: { authorization: 'Bearer' } }),
  asks('two spaces before the token', async (world) => ({
    path: ONE,
    as: { authorization: `Bearer  ${await world.mint()}` },
  })),
  asks('a word after the token', async (world) => ({
    path: ONE,
    as: { authorization: `Bearer ${await world.mint()} more` },
  })),
  asks('another scheme', { path: ONE, as: { authorization: 'Basic YTpi' } }),
  asks('bearer in lower case', async (world) => ({
    path: ONE,
    as: { authorization: `bearer ${await world.mint()}` },
  })),

  dead('a list', { path: `${CORE}/configmaps` }),
  dead('a watch', { path: `${CORE}/configmaps?watch=1` }),
  dead('a create', { method: 'POST', path: `${CORE}/configmaps`, body: { metadata: { name: 'never' } } }),
  dead('a patch', { method: 'PATCH', path: ONE, body: {} }),
  dead('a delete', { method: 'DELETE', path: ONE }),
  dead('a create larger than what a server reads away', {
    method: 'POST',
    path: `${CORE}/configmaps`,
    // Go's server reads up to 256 KiB of a body that nobody wanted, and closes the connection beyond.
    body: { metadata: { name: 'never' }, data: { a: 'x'.repeat(512 * 1024) } },
  }),
  dead('a TokenRequest', { method: 'POST', path: `${CORE}/serviceaccounts/reader/token`, body: {} }),
  dead('a log', { path: `${CORE}/pods/bound/log` }),
  dead('the version', { path: '/version' }),
  dead('a health check', { path: '/readyz' }),
  dead('what is not served', { path: '/nonsense' }),
  dead('the keys', { path: '/openid/v1/jwks' }),
  dead('a resource that is not served', { path: `${CORE}/nonsense` }),
  {
    title: 'a dead token: exec',
    observe: async (world) =>
      shapeOf(world, await upgrade(world, { path: `${CORE}/pods/bound/exec?command=true&stdout=true`, as: DEAD })),
  },
  {
    title: 'a dead token: exec, in the list of protocols',
    observe: async (world) => {
      const encoded = Buffer.from('dead').toString('base64url');
      return shapeOf(
        world,
        await upgrade(world, {
          path: `${CORE}/pods/bound/exec?command=true&stdout=true`,
          as: 'nobody',
          protocols: [`base64url.bearer.authorization.k8s.io.${encoded}`, 'v5.channel.k8s.io'],
        }),
      );
    },
  },
];
