import type { KeyPair } from '../pki/authority.ts';

/**
 * A kubeconfig with everything inside. It is JSON, which is YAML, so every client reads it.
 *
 * @param identity a client certificate, or undefined for a server that asks for none
 */
export function kubeconfig(server: string, certificateAuthority: string | undefined, identity?: KeyPair): string {
  const user = identity && {
    'client-certificate-data': base64(identity.certificate),
    'client-key-data': base64(identity.key),
  };
  const cluster = {
    server,
    ...(certificateAuthority === undefined ? {} : { 'certificate-authority-data': base64(certificateAuthority) }),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'kubefresh', cluster }],
    users: [{ name: 'kubefresh', user: user ?? {} }],
    contexts: [{ name: 'kubefresh', context: { cluster: 'kubefresh', user: 'kubefresh' } }],
    'current-context': 'kubefresh',
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
