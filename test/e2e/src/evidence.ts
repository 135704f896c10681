import type { AuditEvent, NodeCluster } from '@kubefresh-test/cluster';

/** What the audit log says of one party's requests: the server's word, not the program's. */
export interface Tally {
  requests: number;
  /** Status 400 and above, as `status verb path`. */
  readonly failed: string[];
  /** The ids of the tokens that were used. */
  readonly tokens: Set<string>;
}

/** Follows the audit log and keeps count, by user or by a mark in the path. A 401 has no user: without a mark it is {@link unnamed}. */
export class Evidence {
  readonly #tallies = new Map<string, Tally>();
  readonly #end = new AbortController();
  readonly #following: Promise<void>;
  /** Requests of whoever it was: refused ones without a mark, which may be anybody's. */
  readonly unnamed: Tally = { requests: 0, failed: [], tokens: new Set() };

  constructor(cluster: NodeCluster) {
    this.#following = this.#follow(cluster);
  }

  /** The count of a user, or of a mark (`by=<mark>` in a label selector). */
  of(party: string): Tally {
    const tally = this.#tallies.get(party) ?? { requests: 0, failed: [], tokens: new Set<string>() };
    this.#tallies.set(party, tally);
    return tally;
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#following;
  }

  async #follow(cluster: NodeCluster): Promise<void> {
    for await (const event of cluster.audit.follow(this.#end.signal)) {
      const refused = event.responseStatus?.code === 401;
      // A refused request has one event, of the stage ResponseStarted (apiserver: WithFailedAuthenticationAudit). Of the others
      // a watch has two, the second of which may come long after, and the rest have ResponseComplete.
      const counts = refused || (event.verb === 'watch') === (event.stage === 'ResponseStarted');
      if (!counts) continue;
      const mark = /by%3D(\w+)/.exec(event.requestURI)?.[1];
      const user = event.user.username;
      if (mark !== undefined) count(this.of(mark), event);
      else count(user === undefined || refused ? this.unnamed : this.of(user), event);
    }
  }
}

function count(tally: Tally, event: AuditEvent): void {
  tally.requests += 1;
  const code = event.responseStatus?.code ?? 0;
  if (code >= 400) tally.failed.push(`${code} ${event.verb} ${event.requestURI}`);
  for (const id of event.user.extra?.['authentication.kubernetes.io/credential-id'] ?? []) tally.tokens.add(id);
}
