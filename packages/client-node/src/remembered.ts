import type { Credential } from '@kubefresh/core';
import type { ClientCertificate } from './exec/credential.ts';
import type { Cluster, OfficialKubeConfig, User } from './official.ts';
import type { Route } from './route/route.ts';
import { withoutConnections } from './route/shadow.ts';

/** A shadow, and what it was made with. */
interface Kept {
  readonly shadow: OfficialKubeConfig;
  readonly ca: string | undefined;
  readonly certificate: ClientCertificate | undefined;
}

/** What the last request found, and what was made for it: as long as nothing changes, the next one needs no more. */
export class Remembered {
  readonly route: Route | undefined;
  // Copies, as entries can be changed at any time.
  readonly #user: User;
  readonly #cluster: Cluster;
  #kept: Kept | undefined;

  constructor(user: User, cluster: Cluster, route: Route | undefined) {
    this.route = route;
    this.#user = { ...user };
    this.#cluster = { ...cluster };
  }

  /** Whether it is still so. */
  fits(user: User, cluster: Cluster): boolean {
    return isSame(this.#user, user) && isSame(this.#cluster, cluster);
  }

  /** `kubeConfig` as the official client's code is to see it when it makes headers, and no connections. */
  shadowFor(kubeConfig: OfficialKubeConfig, route: Route, credential: Credential | undefined): OfficialKubeConfig {
    const certificate = route.certificate();
    const ca = credential?.ca;
    const kept = this.#kept;
    if (kept !== undefined && kept.ca === ca && kept.certificate === certificate) return kept.shadow;
    const shadow = withoutConnections(route.shadow(kubeConfig, credential));
    this.#kept = { shadow, ca, certificate };
    return shadow;
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
