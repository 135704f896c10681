import type { Cluster, OfficialKubeConfig, User } from './official.ts';
import type { Route } from './route/route.ts';
import { shadowForHeaders } from './route/shadow.ts';

/** What the last request found, and what was made for it: as long as nothing changes, the next one needs no more. */
export class Remembered {
  readonly route: Route;
  // Copies, as entries can be changed at any time.
  readonly #user: User;
  readonly #cluster: Cluster;
  #shadow: OfficialKubeConfig | undefined;

  constructor(user: User, cluster: Cluster, route: Route) {
    this.route = route;
    this.#user = { ...user };
    this.#cluster = { ...cluster };
  }

  /** Whether it is still so. */
  fits(user: User, cluster: Cluster): boolean {
    return isSame(this.#user, user) && isSame(this.#cluster, cluster);
  }

  /** Who it was. */
  get user(): User {
    return this.#user;
  }

  /** `kubeConfig` as the official client's code is to see it when it makes headers, and no connections. */
  shadowFor(kubeConfig: OfficialKubeConfig): OfficialKubeConfig {
    this.#shadow ??= shadowForHeaders(kubeConfig, this.#user, this.#cluster);
    return this.#shadow;
  }
}

function isSame<Entry extends object>(a: Entry, b: Entry): boolean {
  let keys = 0;
  for (const key in a) {
    if (a[key] !== b[key]) return false;
    keys += 1;
  }
  for (const _ in b) keys -= 1;
  return keys === 0;
}
