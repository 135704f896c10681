import type { Agent } from 'node:http';
import type { Credential } from '@kubefresh/core';
import type { ClientCertificate } from '../exec/credential.ts';
import type { ConnectionParts } from '../route/parts.ts';
import { scratchAgent } from '../route/scratch.ts';
import { shadowOf } from '../route/shadow.ts';
import { verifierOf } from '../route/verifier.ts';
import { DateSamples } from './date-samples.ts';
import { follow, retire } from './follow.ts';
import { lean } from './lean.ts';
import { ServerPlace } from './place.ts';
import type { Upstream } from './upstream.ts';

/** An agent, and the CA and client certificate that it was made with. */
interface Made {
  readonly agent: Promise<Agent>;
  readonly ca: string | undefined;
  readonly certificate: ClientCertificate | undefined;
}

/** The connections of WebSockets, and of all of 1.x: agents that the official client's own code makes, followed by us. */
export class AgentConnections {
  readonly #parts: ConnectionParts;
  readonly #upstream: Upstream;
  #made: Made | undefined;

  constructor(parts: ConnectionParts) {
    const { cluster, login, issued } = parts;
    this.#parts = parts;
    this.#upstream = {
      place: new ServerPlace(cluster.server),
      source: login.source,
      issued,
      dates: new DateSamples(login.source),
      agentFor: (credential) => this.for(credential),
      verifierOf: (credential) => verifierOf(cluster, credential),
    };
  }

  /** The agent with the CA of this credential and the client certificate of now; what ran on another goes on until it ends. */
  for(credential: Credential | undefined): Promise<Agent> {
    const certificate = this.#parts.certificate();
    const ca = credential?.ca;
    const made = this.#made;
    if (made !== undefined && made.ca === ca && made.certificate === certificate) return made.agent;
    this.close();
    const agent = this.#make(ca, certificate);
    this.#made = { agent, ca, certificate };
    agent.catch(() => {
      // Not to be found by the next request.
      if (this.#made?.agent === agent) this.#made = undefined;
    });
    return agent;
  }

  /** Makes an agent ours that the client made with this CA. */
  followed(agent: Agent, ca: string | undefined): Agent {
    return this.#parts.login.bearing ? follow(agent, ca, this.#upstream) : agent;
  }

  /** Ends connections as they fall idle. */
  close(): void {
    this.#made?.agent.then(retire, () => {});
  }

  async #make(ca: string | undefined, certificate: ClientCertificate | undefined): Promise<Agent> {
    const { kubeConfig, methods } = this.#parts;
    const agent = await scratchAgent(methods, shadowOf(kubeConfig, { ...this.#parts, ca, certificate }));
    return this.followed(lean(agent), ca);
  }
}
