import type { Agent } from 'node:http';
import { type Credential, KubefreshError } from '@kubefresh/core';
import type { AgentConnections } from '../agent/agent-connections.ts';
import { Loaded } from '../loaded.ts';
import type { Login } from '../login/login.ts';
import type { Cluster, OfficialKubeConfig, User } from '../official.ts';
import { CertificateFiles } from './certificate.ts';
import type { FetchConnections } from './fetch-connections.ts';
import { IssuedHeaders } from './issued.ts';
import type { ConnectionParts, RouteParts } from './parts.ts';
import { shadowOf } from './shadow.ts';

/** The way to one API server as one user: its credential and its connections, which are made when they are first needed. */
export class Route {
  readonly login: Login;
  readonly issued = new IssuedHeaders();
  readonly #parts: ConnectionParts;
  // Each is loaded for those who use it: 1.x has no need of undici.
  readonly #fetches: Loaded<FetchConnections>;
  readonly #agents: Loaded<AgentConnections>;

  constructor(parts: RouteParts) {
    const files = new CertificateFiles();
    const certificate = () => parts.login.certificate ?? files.read(parts.user);
    this.login = parts.login;
    const all = { ...parts, issued: this.issued, certificate };
    this.#parts = all;
    this.#fetches = new Loaded(async () => new (await import('./fetch-connections.ts')).FetchConnections(all));
    this.#agents = new Loaded(async () => new (await import('../agent/agent-connections.ts')).AgentConnections(all));
  }

  /** Whether the server speaks TLS. */
  get isEncrypted(): boolean {
    return !/^http:/i.test(this.#parts.cluster.server);
  }

  /**
   * The credential of now; undefined where the user has a client certificate only.
   *
   * @throws CredentialUnavailableError; KubefreshError `ERR_KUBEFRESH_CA_INVALID` where the server could not be verified.
   */
  async credential(): Promise<Credential | undefined> {
    await this.login.ready();
    return this.preparedCredential();
  }

  /** The same, where `login` is prepared. */
  preparedCredential(): Credential | undefined {
    if (!this.login.bearing) return undefined;
    const credential = this.login.source.current();
    if (credential.ca === '' && !this.#parts.cluster.skipTLSVerify) throw noCA(this.#parts.cluster);
    return credential;
  }

  /** `kubeConfig` as the official client's code is to see it: without a credential, with the CA and certificate of now. */
  shadow(kubeConfig: OfficialKubeConfig, user: User, credential: Credential | undefined): OfficialKubeConfig {
    // The caller's entry: who is impersonated is his own, and no part of what is shared.
    return shadowOf(kubeConfig, { ...this.#parts, user, ca: credential?.ca, certificate: this.#parts.certificate() });
  }

  /** For 2.x: the dispatcher that its fetch sends to. */
  async dispatcher(): Promise<unknown> {
    const fetches = this.#fetches.get();
    return (fetches instanceof Promise ? await fetches : fetches).current();
  }

  /** For WebSockets, and for all of 1.x. */
  async agentFor(credential: Credential | undefined): Promise<Agent> {
    const agents = this.#agents.get();
    return (agents instanceof Promise ? await agents : agents).for(credential);
  }

  /** Makes an agent ours that the client made for one request's own options, with this credential's CA. */
  async followed(agent: Agent, credential: Credential | undefined): Promise<Agent> {
    return (await this.#agents.get()).followed(agent, credential?.ca);
  }

  /** Closes the connections as soon as what runs on them has ended. */
  async close(): Promise<void> {
    (await this.#agents.asked)?.close();
    await (await this.#fetches.asked)?.close();
  }
}

function noCA({ name, caFile }: Cluster): KubefreshError {
  return new KubefreshError(
    'ERR_KUBEFRESH_CA_INVALID',
    `The CA of cluster ${name}, ${caFile}, was never readable, so that the API server cannot be verified and no token is sent to it.`,
  );
}
