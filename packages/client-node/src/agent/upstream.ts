import type { Agent } from 'node:http';
import type { Credential, CredentialSource, Verifier } from '@kubefresh/core';
import type { IssuedHeaders } from '../route/issued.ts';
import type { DateSamples } from './date-samples.ts';
import type { ServerPlace } from './place.ts';

/** The API server behind an agent, and the credential for it. */
export interface Upstream {
  readonly place: ServerPlace;
  readonly source: CredentialSource;
  readonly issued: IssuedHeaders;
  readonly dates: DateSamples;
  /** The agent with the CA of this credential: another one than before when the CA was rotated. */
  agentFor(credential: Credential): Promise<Agent>;
  /** What the server is verified with together with this credential. */
  verifierOf(credential: Verifier): Verifier;
}
