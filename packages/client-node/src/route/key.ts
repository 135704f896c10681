import { createHash } from 'node:crypto';
import type { Cluster, OfficialKubeConfig, User } from '../official.ts';
import type { Methods } from './scratch.ts';

/** Numbers functions, so that they can stand in a key. */
const numbers = new WeakMap<object, number>();
let count = 0;

function numberOf(value: unknown): number {
  if (typeof value !== 'function') return 0;
  const number = numbers.get(value) ?? ++count;
  numbers.set(value, number);
  return number;
}

/**
 * What routes have in common that share their connections: server, CA, client certificate, proxy, server name, login, and the
 * code that makes the connections (the copy of the official client, or a subclass's override). Impersonation is no part of
 * it: a program may impersonate thousands.
 */
export function keyOfRoute(
  kubeConfig: OfficialKubeConfig,
  methods: Methods,
  login: string,
  user: User,
  cluster: Cluster,
): string {
  const makers = [methods.applySecurityAuthentication, methods.applyToHTTPSOptions, optionsMaker(kubeConfig)].map(
    numberOf,
  );
  const { server, caFile, caData, skipTLSVerify, tlsServerName, proxyUrl } = cluster;
  const { certFile, certData, keyFile, keyData } = user;
  const parts = [
    makers,
    login,
    server,
    caFile,
    caData,
    skipTLSVerify,
    tlsServerName,
    proxyUrl,
    certFile,
    certData,
    keyFile,
    keyData,
  ];
  // A digest, as there may be a private key among it.
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

/** 2.x has a public method that makes the options of its dispatcher; people override it in tests. */
function optionsMaker(kubeConfig: OfficialKubeConfig & { createDispatcherOptions?: unknown }): unknown {
  return kubeConfig.createDispatcherOptions;
}
