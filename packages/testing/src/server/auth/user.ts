/** Who the server takes a request to come from (`user.Info`). */
export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The user of requests without a credential. */
export const ANONYMOUS: User = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Whether this is the user of requests without a credential. */
export function isAnonymous(user: User): boolean {
  return user.username === ANONYMOUS.username;
}
