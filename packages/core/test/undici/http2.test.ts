import { bearer } from '@kubefresh/core/undici';
import type { Agent } from 'undici';
import { Agent as Agent7 } from 'undici7';
import { expect, test } from 'vitest';
import { PODS, send, startLine } from './setup.ts';

test('S8: each 401 closes the HTTP/2 connection, and none of 50 others in flight fails', async () => {
  await using line = await startLine({ allowH2: true });
  const { server, origin, dispatcher } = line;
  expect((await line.request()).status).toBe(200);
  expect(server.journal.last?.protocol).toBe('h2');
  const watch = await dispatcher.request({ origin, path: `${PODS}?watch=true`, method: 'GET' });
  using _ = server.faults.slow({ path: '/api/v1/namespaces/default/configmaps' }, { delayMs: 20 });
  const headers = { 'content-type': 'application/json' };
  const others = (round: number) =>
    Array.from({ length: 50 }, async (__, index) => {
      if (index % 5 > 0) return (await line.request('/api/v1/namespaces/default/configmaps')).status;
      // A one-shot body, as fetch makes them: undici itself cannot send it again.
      async function* body() {
        yield JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${round}-${index}` } });
      }
      return (await line.request(PODS, { method: 'POST', headers, body: body() as never })).status;
    });
  for (let round = 0; round < 5; round += 1) {
    await line.rotate();
    const refusal = server.faults.refuse({}, { times: 3 });
    const statuses = await Promise.all(others(round));
    expect(statuses.filter((status) => status !== 200 && status !== 201)).toEqual([]);
    expect(refusal.hits).toBe(3);
  }
  server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'last', namespace: 'default' } });
  let seen = '';
  for await (const chunk of watch.body) {
    seen += String(chunk);
    if (seen.includes('last')) break;
  }
  expect(server.connectionsOpened).toBeGreaterThan(1);
  expect(server.journal.entries.every(({ protocol }) => protocol === 'h2')).toBe(true);
});

test('S8: what a closing connection did not take goes on with the token of now', async () => {
  await using line = await startLine();
  const { origin, source } = line;
  const sent: string[] = [];
  const second = new Promise<void>((resolve) => {
    const dispatch = bearer(source, { origins: [origin] })(({ headers }, handler) => {
      sent.push(JSON.stringify(headers));
      if (sent.length > 1) resolve();
      else {
        // What undici 8 says of it.
        const refused = Object.assign(new Error('HTTP/2: "GOAWAY" frame received with code 0'), {
          code: 'UND_ERR_INFO',
        });
        void line.rotate().then(() => handler.onResponseError?.(null as never, refused));
      }
      return true;
    });
    dispatch({ origin, path: PODS, method: 'GET' }, { onRequestStart() {} });
  });
  await second;
  const next = source.current().token.reveal();
  expect(sent.map((headers) => headers.includes(next))).toEqual([false, true]);
});

test('undici 7 cannot tell what a closing HTTP/2 connection processed: no POST is sent twice', async () => {
  await using line = await startLine();
  const { server, origin, source } = line;
  const path = '/api/v1/namespaces/default/configmaps';
  const agent = new Agent7({ allowH2: true, connect: { ca: server.caBundle } }) as unknown as Agent;
  const dispatcher = agent.compose(bearer(source, { origins: [origin] }));
  // Long enough to be under way when the connection closes.
  using slow = server.faults.slow({ path }, { delayMs: 500 });
  const response = send(dispatcher, origin, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'one-' } }),
  });
  const failed = expect(response).rejects.toThrow('GOAWAY');
  await expect.poll(() => slow.hits).toBe(1);
  server.goAway();
  await failed;
  expect(slow.hits).toBe(1);
  await agent.destroy();
});
