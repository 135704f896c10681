import type { Agent } from 'node:http';
import { type Credential, KubefreshError } from '@kubefresh/core';
import { createDispatcher } from '@kubefresh/core/undici';
import { follow, retire } from '../agent/follow.ts';
import { ServerPlace } from '../agent/place.ts';
import type { ClientCertificate } from '../exec/credential.ts';
import type { Login } from '../login/login.ts';
import type { Cluster, OfficialKubeConfig, User } from '../official.ts';
import { CertificateFiles } from './certificate.ts';
import { fromOfficial } from './from-official.ts';
import { IssuedHeaders } from './issued.ts';
import { LatePool } from './late-pool.ts';
import { type Methods, scratchAgent, scratchDispatcher } from './scratch.ts';
import { shadowOf } from './shadow.ts';

type Dispatcher = ReturnType<typeof createDispatcher>;

/** What a route is made from; those of which all is the same share one. */
export interface RouteParts {
  /** Any KubeConfig that leads there; its class makes the connections. */
  readonly kubeConfig: OfficialKubeConfig;
  readonly methods: Methods;
  readonly user: User;
  readonly cluster: Cluster;
  readonly login: Login;
}

/** Connections of one kind, with the client certificate and, for an agent, the CA that they were made with. */
interface Made<Connections> {
  readonly connections: Connections;
  readonly certificate: ClientCertificate | undefined;
  readonly ca?: string | undefined;
}

/** What requests go through, and what is to be closed: undici's `compose` makes an object that cannot be. */
interface Way {
  readonly through: Dispatcher;
  close(): Promise<void>;
}

/** The way to one API server as one user: its connections, made by the official client's own code, and kept. */
export class Route {
  readonly login: Login;
  readonly issued = new IssuedHeaders();
  readonly #parts: RouteParts;
  readonly #place: ServerPlace;
  readonly #files = new CertificateFiles();
  #dispatcher: Made<Way> | undefined;
  #agent: Made<Promise<Agent>> | undefined;

  constructor(parts: RouteParts) {
    this.#parts = parts;
    this.login = parts.login;
    this.#place = new ServerPlace(parts.cluster.server);
  }

  /**
   * The credential of now; undefined where the user has a client certificate only.
   *
   * @throws CredentialUnavailableError; KubefreshError `ERR_KUBEFRESH_CA_INVALID` where the server could not be verified.
   */
  async credential(): Promise<Credential | undefined> {
    await this.login.ready();
    if (!this.login.bearing) return undefined;
    const credential = this.login.source.current();
    if (credential.ca === '' && !this.#parts.cluster.skipTLSVerify) throw noCA(this.#parts.cluster);
    return credential;
  }

  /** `kubeConfig` as the official client's code is to see it: without a credential, with the CA and certificate of now. */
  shadow(kubeConfig: OfficialKubeConfig, credential: Credential | undefined): OfficialKubeConfig {
    // Who is impersonated is his own, and no part of what is shared.
    const user = kubeConfig.getCurrentUser() ?? this.#parts.user;
    return shadowOf(kubeConfig, { ...this.#parts, user, ca: credential?.ca, certificate: this.#certificate() });
  }

  /** For 2.x: where its fetch sends to. */
  dispatcher(): Dispatcher {
    const certificate = this.#certificate();
    const made = this.#dispatcher;
    if (made !== undefined && made.certificate === certificate) return made.connections.through;
    // Closes when what runs on it has ended.
    void made?.connections.close();
    const connections = this.#createDispatcher();
    this.#dispatcher = { connections, certificate };
    return connections.through;
  }

  /** For WebSockets, and for all of 1.x. */
  agentFor(credential: Credential | undefined): Promise<Agent> {
    const certificate = this.#certificate();
    const made = this.#agent;
    if (made !== undefined && made.certificate === certificate && made.ca === credential?.ca) return made.connections;
    made?.connections.then(retire, () => {});
    const connections = this.#createAgent(credential);
    this.#agent = { connections, certificate, ca: credential?.ca };
    connections.catch(() => {
      // Not to be found by the next request.
      if (this.#agent?.connections === connections) this.#agent = undefined;
    });
    return connections;
  }

  /** Makes an agent that was made for one request's own TLS options ours. */
  followed(agent: Agent): Agent {
    return this.login.bearing ? follow(agent, this.#upstream()) : agent;
  }

  /** Closes the connections as soon as what runs on them has ended. */
  async close(): Promise<void> {
    this.#agent?.connections.then(retire, () => {});
    await this.#dispatcher?.connections.close();
  }

  #createDispatcher(): Way {
    const { kubeConfig, methods, cluster, login } = this.#parts;
    const create = (ca: string | undefined) => {
      const shadow = shadowOf(kubeConfig, { ...this.#parts, ca, certificate: this.#certificate() });
      return new LatePool(scratchDispatcher(methods, shadow)).asDispatcher();
    };
    if (!login.bearing) {
      const pool = create(undefined) as Dispatcher;
      return { through: pool, close: () => pool.close() };
    }
    const dispatcher = createDispatcher({
      source: login.source,
      origins: [cluster.server],
      // Unverified, or plain http: the kubeconfig says so, and the official client follows it.
      allowInsecure: cluster.skipTLSVerify,
      createPool: create,
    });
    return { through: dispatcher.compose(fromOfficial(this.issued)), close: () => dispatcher.close() };
  }

  async #createAgent(credential: Credential | undefined): Promise<Agent> {
    const { kubeConfig, methods } = this.#parts;
    return this.followed(await scratchAgent(methods, this.shadow(kubeConfig, credential)));
  }

  #upstream() {
    return {
      place: this.#place,
      source: this.login.source,
      issued: this.issued,
      agentFor: (credential: Credential) => this.agentFor(credential),
    };
  }

  #certificate(): ClientCertificate | undefined {
    return this.login.certificate ?? this.#files.read(this.#parts.user);
  }
}

function noCA({ name, caFile }: Cluster): KubefreshError {
  return new KubefreshError(
    'ERR_KUBEFRESH_CA_INVALID',
    `The CA of cluster ${name}, ${caFile}, was never readable, so that the API server cannot be verified and no token is sent to it.`,
  );
}
