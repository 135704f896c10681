import { type Credential, parseToken } from '@kubefresh/core';
import { expect, test } from 'vitest';
import { IssuedHeaders } from '../src/route/issued.ts';

function credential(text: string): Credential {
  return { token: parseToken(text, { format: 'any' }), generation: 1 } as Credential;
}

test('a token that comes and goes, as while a server lags, makes no other be forgotten', () => {
  const issued = new IssuedHeaders();
  const first = issued.for(credential('sha256~first'));
  for (let turn = 0; turn < 20; turn += 1) {
    issued.for(credential('sha256~one'));
    issued.for(credential('sha256~other'));
  }
  expect(issued.has(first)).toBe(true);
  for (let token = 0; token < 8; token += 1) issued.for(credential(`sha256~${token}`));
  expect(issued.has(first)).toBe(false);
});
