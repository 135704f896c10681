// Built-in fetch of this Node over a dispatcher of ours: a request, a resend with a body, and a failure that must not end
// the process.
import { createDispatcher, createFetch } from '@kubefresh/core/undici';
import { FakeSource, makeCredential, onlyTakes, startBackend } from '../fakes.ts';

const backend = await startBackend();
backend.answer = onlyTakes('jti-2');
const source = new FakeSource();
source.answer = () => makeCredential(2);
const options = { source: source.whole, origins: [backend.origin], allowInsecure: true };
const dispatcher = createDispatcher(options);
const init = { method: 'POST', body: 'hello', dispatcher } as unknown as RequestInit;
const first = await fetch(backend.origin, init);
const call = createFetch({ ...options, origin: backend.origin });
const second = await call('/api', { method: 'POST', body: 'hello' });
const failure = await fetch('https://127.0.0.1:1', { dispatcher } as unknown as RequestInit).catch(({ name }) => name);
await dispatcher.destroy();
await call.close();
await backend[Symbol.asyncDispose]();
const bodies = backend.seen.map(({ body }) => String(body));
process.stdout.write(JSON.stringify({ statuses: [first.status, second.status], bodies, failure }));
