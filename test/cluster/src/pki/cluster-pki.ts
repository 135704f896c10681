import { mkdirSync } from 'node:fs';
import type { StateDirectory } from '../machine/state.ts';
import { CertificateAuthority, type KeyPair } from './authority.ts';
import type { SigningKey } from './signing-key.ts';

/** Name and address of the only node. An address as name (as in Kubernetes' own local-up-cluster.sh) makes the kubelet
 * take it as the node's address, so that nothing depends on the machine's network. */
export const NODE_NAME = '127.0.0.1';

/** Names that the API server's certificate carries, as kubeadm's does. */
const SERVING_NAMES = {
  dns: [
    'localhost',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ],
  ip: ['127.0.0.1', '10.96.0.1'],
};

/** All keys and certificates of a cluster, in memory and in `pki/` of its directory. */
export class ClusterPki {
  /** Authority of the administrator's, the kubelet's and the components' certificates. */
  readonly clientAuthority: CertificateAuthority;
  /** The administrator, of group `system:masters`. */
  readonly admin: KeyPair;
  /** The kubelet as API client: `system:node:127.0.0.1`. */
  readonly kubelet: KeyPair;
  readonly #directory: StateDirectory;

  private constructor(
    directory: StateDirectory,
    clientAuthority: CertificateAuthority,
    admin: KeyPair,
    kubelet: KeyPair,
  ) {
    this.#directory = directory;
    this.clientAuthority = clientAuthority;
    this.admin = admin;
    this.kubelet = kubelet;
  }

  /** Makes everything but the serving certificate and the signing key, which rotate and have writers of their own. */
  static async create(directory: StateDirectory): Promise<ClusterPki> {
    mkdirSync(directory.file('pki'), { mode: 0o700 });
    const authority = await CertificateAuthority.create('kubefresh-client-ca');
    const [admin, kubelet, server] = await Promise.all([
      authority.issueClient('kubernetes-admin', ['system:masters']),
      authority.issueClient(`system:node:${NODE_NAME}`, ['system:nodes']),
      authority.issueClient('kube-apiserver-kubelet-client', ['system:masters']),
    ]);
    const pki = new ClusterPki(directory, authority, admin, kubelet);
    pki.write('client-ca.crt', authority.certificate);
    pki.writeKeyPair('apiserver-kubelet-client', server);
    return pki;
  }

  /** Writes the API server's certificate, issued by this authority. The running server takes it up by itself. */
  async issueServing(authority: CertificateAuthority): Promise<KeyPair> {
    const pair = await authority.issueServing('kube-apiserver', SERVING_NAMES);
    this.writeKeyPair('apiserver', pair);
    return pair;
  }

  /** Writes the key to sign tokens with and, beside it, the public keys that still verify them. Returns their paths. */
  writeSigningKeys(current: SigningKey, previous: readonly SigningKey[]): string[] {
    this.write('sa.key', current.privatePem);
    return [current, ...previous].map((key, index) =>
      this.write(`sa${index === 0 ? '' : `-${index}`}.pub`, key.publicPem),
    );
  }

  /** Writes a file of `pki/` and returns its path. */
  write(name: string, content: string): string {
    return this.#directory.write(`pki/${name}`, content);
  }

  /** Key before certificate: the server watches both, and reloads when the pair fits. */
  private writeKeyPair(name: string, { certificate, key }: KeyPair): void {
    this.write(`${name}.key`, key);
    this.write(`${name}.crt`, certificate);
  }
}
