import { type ApiServerOptions, resolveOptions } from './options.ts';
import { TestApiServer } from './test-api-server.ts';
import { ServerIdentity } from './tls/identity.ts';

// What a cluster's serving certificate is good for, and where this server really is.
const NAMES = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'localhost',
  '127.0.0.1',
  '::1',
];

/**
 * Starts an API server in this process: TLS by a CA of its own, tokens that are really signed and verified, objects,
 * watches, a journal, faults on demand. Close it, or hold it with `await using`.
 *
 * @throws {TestingError} `ERR_KUBEFRESH_TESTING_PORT_IN_USE`, `ERR_KUBEFRESH_TESTING_INVALID_OPTION`
 */
export async function startApiServer(options: ApiServerOptions = {}): Promise<TestApiServer> {
  const resolved = resolveOptions(options);
  const identity = await ServerIdentity.create([...new Set([...NAMES, resolved.host, ...resolved.names])]);
  const server = new TestApiServer(resolved, identity);
  await server.listen();
  return server;
}
