/** Who the server takes a request to come from (`user.Info`). */
export interface User {
  /** `system:serviceaccount:<namespace>:<name>`, or any other. */
  readonly username: string;
  /** The account's uid, where it has one. */
  readonly uid?: string;
  /** Its groups, e.g. `system:authenticated`. */
  readonly groups: readonly string[];
  /** Further facts: pod, node and credential id for a bound token. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The user of requests without a credential. */
export const ANONYMOUS: User = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Whether this is the user of requests without a credential. */
export function isAnonymous(user: User): boolean {
  return user.username === ANONYMOUS.username;
}
