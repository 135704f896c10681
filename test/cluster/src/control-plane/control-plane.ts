import { ApiClient } from '../api/client.ts';
import type { Binaries } from '../build/binaries.ts';
import type { ClusterOptions } from '../cluster-options.ts';
import { freePorts } from '../machine/ports.ts';
import type { StateDirectory } from '../machine/state.ts';
import { ClusterPki } from '../pki/cluster-pki.ts';
import { SigningKey } from '../pki/signing-key.ts';
import { ApiServer } from './apiserver.ts';
import { apiServerFlags } from './apiserver-flags.ts';
import { startEtcd } from './etcd.ts';
import { ServingCertificates } from './serving-certificates.ts';
import { SigningKeys } from './signing-keys.ts';

/** etcd and kube-apiserver with their keys. */
export interface ControlPlane {
  readonly admin: ApiClient;
  readonly apiServer: ApiServer;
  readonly pki: ClusterPki;
  readonly signingKeys: SigningKeys;
  readonly certificates: ServingCertificates;
}

/** Makes the keys, starts etcd, then kube-apiserver, and returns when that is ready. */
export async function startControlPlane(
  directory: StateDirectory,
  binaries: Binaries,
  { apiServerFlags: overrides, signingAlgorithm }: ClusterOptions,
): Promise<ControlPlane> {
  const [port = 0, clientPort = 0, peerPort = 0] = await freePorts(3);
  const etcd = startEtcd({ binary: binaries.etcd, directory, clientPort, peerPort });
  const pki = await ClusterPki.create(directory);
  const certificates = await ServingCertificates.create(pki, port);
  const firstKey = new SigningKey(signingAlgorithm);
  pki.writeSigningKeys(firstKey, []);

  const server = `https://127.0.0.1:${port}`;
  const admin = new ApiClient(server, certificates.bundle, pki.admin);
  certificates.onBundle((bundle) => admin.trust(bundle));
  const flags = { ...apiServerFlags(directory, port, clientPort), ...overrides };
  const apiServer = new ApiServer({ binary: binaries['kube-apiserver'], directory, flags, admin });
  await etcd;
  await apiServer.start();
  directory.updateState({ server });
  return { admin, apiServer, pki, signingKeys: new SigningKeys(pki, apiServer, firstKey), certificates };
}
