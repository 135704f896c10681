import { writeFileSync } from 'node:fs';
import { ApiClient, type Credentials } from './api/client.ts';
import { kubeconfig } from './api/kubeconfig.ts';
import type { ApiServer } from './control-plane/apiserver.ts';
import type { ControlPlane } from './control-plane/control-plane.ts';
import type { ServingCertificates } from './control-plane/serving-certificates.ts';
import type { SigningKeys } from './control-plane/signing-keys.ts';
import { AuditLog } from './evidence/audit-log.ts';
import { Metrics } from './evidence/metrics.ts';
import { removeCluster } from './machine/remove.ts';
import type { StateDirectory } from './machine/state.ts';
import { Accounts } from './tokens/accounts.ts';
import { Mint } from './tokens/mint.ts';

/** A running cluster: its API server as administrator, its tokens, keys and certificates, and what it says it saw. */
export class Cluster implements AsyncDisposable {
  /** Names the cluster among those of this machine. */
  readonly id: string;
  /** Holds all its files, the logs too: `<component>.log`. */
  readonly directory: string;
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  /** Administrator's client (`system:masters`). */
  readonly admin: ApiClient;
  /** Administrator's kubeconfig on disk, rewritten when the authority rotates. */
  readonly kubeconfigPath: string;
  /** Namespaces, service accounts, RBAC, TokenRequest. */
  readonly accounts: Accounts;
  /** Tokens of any age and shape, signed with the cluster's key. */
  readonly mint: Mint;
  /** The API server's audit log. */
  readonly audit: AuditLog;
  /** The API server as a process. */
  readonly apiServer: ApiServer;
  /** Rotates the key that signs tokens. */
  readonly signingKeys: SigningKeys;
  /** Rotates the API server's certificate and its authority. */
  readonly certificates: ServingCertificates;
  readonly #state: StateDirectory;

  /** Use `startCluster`. */
  constructor(state: StateDirectory, plane: ControlPlane) {
    this.id = state.id;
    this.directory = state.path;
    this.server = plane.admin.server;
    this.admin = plane.admin;
    this.apiServer = plane.apiServer;
    this.signingKeys = plane.signingKeys;
    this.certificates = plane.certificates;
    this.accounts = new Accounts(this.admin);
    this.mint = new Mint(() => this.signingKeys.current);
    this.audit = new AuditLog(state.file('audit.log'));
    this.kubeconfigPath = state.file('kubeconfig');
    this.#state = state;
    const writeKubeconfig = (bundle: string) =>
      writeFileSync(this.kubeconfigPath, kubeconfig(this.server, bundle, plane.pki.admin), { mode: 0o600 });
    writeKubeconfig(this.certificateAuthority);
    this.certificates.onBundle(writeKubeconfig);
  }

  /** What clients are to trust now, PEM. */
  get certificateAuthority(): string {
    return this.certificates.bundle;
  }

  /** A client with a bearer token, a client certificate, or (undefined) as nobody. It trusts the authority of now. */
  client(credentials: Credentials): ApiClient {
    return new ApiClient(this.server, this.certificateAuthority, credentials);
  }

  /** The API server's metrics of now. */
  async metrics(): Promise<Metrics> {
    const { body } = await this.admin.send('GET', '/metrics', undefined, { headers: { accept: 'text/plain' } });
    return new Metrics(body);
  }

  /** Ends the cluster and removes all of it: processes, mounts, cgroups, files. Idempotent. */
  async stop(): Promise<void> {
    this.admin.close();
    await removeCluster(this.#state);
  }

  /** As {@link stop}: `await using cluster = await startCluster(…)`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
