import type { Agent } from 'node:http';
import https from 'node:https';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';

/** The options that a secure context is made of. */
export const OF_CONTEXT = [
  'ca',
  'cert',
  'key',
  'pfx',
  'passphrase',
  'ciphers',
  'honorCipherOrder',
  'ecdhCurve',
  'clientCertEngine',
  'crl',
  'dhparam',
  'secureOptions',
  'secureProtocol',
  'sessionIdContext',
];

/**
 * Gives an agent of node:https its CA and client certificate as a secure context. Node would parse them for each connection
 * and, as they are part of a connection's name in its pool, spell them out for each request.
 */
export function lean(agent: Agent): Agent {
  // A proxy's agent has ways of its own.
  if (Object.getPrototypeOf(agent) !== https.Agent.prototype) return agent;
  const { options } = agent as https.Agent;
  const secureContext = contextOf(options);
  if (secureContext === undefined) return agent;
  const rest = Object.fromEntries(Object.entries(options).filter(([name]) => !OF_CONTEXT.includes(name)));
  return Object.assign(agent, { options: { ...rest, secureContext } });
}

function contextOf(options: SecureContextOptions): SecureContext | undefined {
  try {
    return createSecureContext(options);
  } catch {
    // The request is told, when Node tries the same.
    return undefined;
  }
}
