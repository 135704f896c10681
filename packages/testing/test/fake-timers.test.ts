import { createProjectedVolume, startApiServer } from '@kubefresh/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { call } from './support/call.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('keeps its own time when a test fakes timers and Date', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'Date'], now: 0 });
  const server = await startApiServer();
  const volume = createProjectedVolume({ files: { token: await server.mint(), 'ca.crt': server.caBundle } });
  server.faults.slow({}, { delayMs: 5, times: 1 });
  expect((await call(server, '/api/v1/pods', { token: await server.mint() })).status).toBe(200);
  await expect(server.journal.waitFor(() => false, { timeoutMs: 5 })).rejects.toThrow('no such request within 5 ms');
  expect(server.now()).toBeGreaterThan(1_700_000_000_000);
  volume[Symbol.dispose]();
  await server.close();
});
