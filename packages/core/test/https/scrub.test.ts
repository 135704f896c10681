import { once } from 'node:events';
import { request } from 'node:https';
import { inspect } from 'node:util';
import { createAgent } from '@kubefresh/core/https';
import axios from 'axios';
import { expect, test } from 'vitest';
import { PODS, startLine } from './setup.ts';

const DEEP = { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null } as const;

test.each([
  ['an object', {}],
  ['a list', ['accept', '*/*', 'host', 'h']],
])('a request with headers in %s, and its response, do not show the token once it was sent', async (_, headers) => {
  await using line = await startLine();
  const outgoing = request(line.origin + PODS, { agent: line.agent, headers }).end();
  const [response] = await once(outgoing, 'response');
  expect(response.statusCode).toBe(200);
  for (const shown of [outgoing, response]) {
    expect(inspect(shown, DEEP)).not.toContain(line.token.token);
    expect(inspect(shown, DEEP)).toContain('[redacted]');
  }
  response.resume();
});

test('the error of axios does not show the token: a 401, a refused connection, an untrusted server, an abort', async () => {
  await using line = await startLine();
  const { source, server, token, origin } = line;
  const client = axios.create({ httpsAgent: line.agent, proxy: false });
  const nowhere = createAgent({ source, origins: ['https://127.0.0.1:1'] });
  const untrusting = createAgent({ source, origins: [origin], ca: 'none' });
  using _ = server.faults.refuse({ path: '/refused' });
  using __ = server.faults.slow({ path: '/slow' }, { delayMs: 20_000 });
  const abort = new AbortController();
  const failures = [
    () => client.get(`${origin}/refused`),
    () => client.post(`${origin}/refused`, { some: 'body' }),
    () => client.get('https://127.0.0.1:1/', { httpsAgent: nowhere }),
    () => client.get(`${origin}/untrusted`, { httpsAgent: untrusting }),
    () => client.get(`${origin}/slow`, { timeout: 50 }),
    () => {
      const aborted = client.get(`${origin}/slow`, { signal: abort.signal });
      setTimeout(() => abort.abort(), 50);
      return aborted;
    },
  ];
  for (const failure of failures) {
    const error = await failure().then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, DEEP)).not.toContain(token.token);
    expect(JSON.stringify(error)).not.toContain(token.token);
  }
  expect(server.journal.filter(({ jti }) => jti === token.jti).length).toBeGreaterThan(1);
  for (const agent of [nowhere, untrusting]) agent.destroy();
});
