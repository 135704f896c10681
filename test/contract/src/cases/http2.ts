import { type Shape, shapeOf } from '../compare/shape.ts';
import { sendOverHttp2 } from '../wire/http2.ts';
import type { Question } from '../wire/send.ts';
import { CORE } from '../worlds/objects.ts';
import type { World } from '../worlds/world.ts';
import type { ContractCase } from './case.ts';

const ONE = `${CORE}/configmaps/one`;

function overHttp2(title: string, question: (world: World) => Promise<Question>): ContractCase {
  return {
    title: `HTTP/2: ${title}`,
    observe: async (world): Promise<Shape> => {
      const answer = await sendOverHttp2(world, await question(world));
      return new Map([...shapeOf(world, answer), ['GOAWAY', String(answer.goAway ?? 'none')]]);
    },
  };
}

/** HTTP/2, whose connection a refusal ends. */
export const http2: readonly ContractCase[] = [
  overHttp2('a good token', async (world) => ({
    path: ONE,
    as: { authorization: `Bearer ${await world.mint()}` },
  })),
  overHttp2('an expired token', async (world) => ({
    path: ONE,
    as: { authorization: `Bearer ${await world.mint({ issued: -7200, expires: -3600 })}` },
  })),
  overHttp2('a create with an expired token', async (world) => ({
    method: 'POST',
    path: `${CORE}/configmaps`,
    body: { metadata: { name: 'never' } },
    as: { authorization: `Bearer ${await world.mint({ issued: -7200, expires: -3600 })}` },
  })),
  overHttp2('anonymous', async () => ({ path: ONE, as: 'nobody' })),
  overHttp2('anonymous, a health check', async () => ({ path: '/readyz', as: 'nobody' })),
  overHttp2('without the right', async (world) => ({
    path: `${CORE}/secrets/anchor`,
    as: { authorization: `Bearer ${await world.mint()}` },
  })),
  overHttp2('get of what is not there', async () => ({ path: `${CORE}/configmaps/absent` })),
  overHttp2('a watch', async () => ({
    path: `${CORE}/configmaps?watch=1&timeoutSeconds=1&labelSelector=set%3Dcontract`,
  })),
];
