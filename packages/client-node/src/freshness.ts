import { ClosedError, type CredentialSource } from '@kubefresh/core';
import { chooseLogin, type LoginChoice } from './login/choose.ts';
import type { Login } from './login/login.ts';
import type { Cluster, OfficialKubeConfig, User } from './official.ts';
import { keyOfRoute } from './route/key.ts';
import { Route } from './route/route.ts';
import type { Methods } from './route/scratch.ts';
import { Shared } from './route/shared.ts';

/** Options of `keepFresh` and `install`. */
export interface FreshOptions {
  /**
   * How long a request waits for a token file that is not there yet, ms, before it fails with CredentialUnavailableError.
   * Default 10,000: a sidecar or CSI driver may write it a few seconds after the container has started.
   */
  readonly startupWait?: number;
  /** How often token files are looked at should no file event come, ms. Default 10,000; see `volumeSource` of core. */
  readonly pollInterval?: number;
}

/** What `keepFresh` gives: the one handle of its KubeConfig. */
export interface FreshHandle extends AsyncDisposable {
  /**
   * Who holds the credential of the current user: for readiness probes (`status()`) and events (`on('renewed', …)`).
   * Undefined where the user has neither a token file nor a credential plugin.
   */
  readonly source: CredentialSource | undefined;
  /**
   * Lets go of connections and sources, which end with the last who uses them. Later requests through this KubeConfig fail
   * with ClosedError. No need to call it in a program that just ends: nothing here keeps a process alive.
   */
  close(): Promise<void>;
}

const STARTUP_WAIT = 10_000;

const logins = new Shared<Login>((login) => login.source.close());
const routes = new Shared<Route>((route) => route.close());

/** What the last request found: copies, as entries can be changed at any time. */
interface Remembered {
  readonly user: User;
  readonly cluster: Cluster;
  readonly route: Route | undefined;
}

/** What one KubeConfig uses of what is shared. */
export class Freshness implements FreshHandle {
  readonly #kubeConfig: OfficialKubeConfig;
  readonly #methods: Methods;
  readonly #options: { readonly startupWait: number; readonly pollInterval: number | undefined };
  readonly #routes = new Map<string, { readonly route: Route; readonly login: string }>();
  #last: Remembered | undefined;
  #closed = false;

  constructor(
    kubeConfig: OfficialKubeConfig,
    methods: Methods,
    { startupWait = STARTUP_WAIT, pollInterval }: FreshOptions,
  ) {
    this.#kubeConfig = kubeConfig;
    this.#methods = methods;
    this.#options = { startupWait, pollInterval };
  }

  get source(): CredentialSource | undefined {
    return this.route()?.login.source;
  }

  /**
   * The way that a request of now takes; undefined where it is not our business.
   *
   * @throws ClosedError
   */
  route(): Route | undefined {
    const user = this.#kubeConfig.getCurrentUser();
    const cluster = this.#kubeConfig.getCurrentCluster();
    // Without them the official client has its own error.
    if (!user || !cluster?.server) return undefined;
    const last = this.#last;
    if (last !== undefined && isSame(last.user, user) && isSame(last.cluster, cluster)) return last.route;
    const choice = chooseLogin(user, cluster, this.#options);
    if (choice !== undefined && this.#closed) throw new ClosedError('KubeConfig');
    const route = choice === undefined ? undefined : this.#acquire(choice, user, cluster);
    this.#last = { user: { ...user }, cluster: { ...cluster }, route };
    return route;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#last = undefined;
    const used = [...this.#routes];
    this.#routes.clear();
    for (const [key, { login }] of used) {
      await routes.release(key);
      await logins.release(login);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #acquire(choice: LoginChoice, user: User, cluster: Cluster): Route {
    const key = keyOfRoute(this.#kubeConfig, this.#methods, choice.key, user, cluster);
    const known = this.#routes.get(key);
    if (known !== undefined) return known.route;
    const login = logins.acquire(choice.key, choice.create);
    const parts = { kubeConfig: this.#kubeConfig, methods: this.#methods, user, cluster, login };
    const route = routes.acquire(key, () => new Route(parts));
    this.#routes.set(key, { route, login: choice.key });
    return route;
  }
}

function isSame<Entry extends object>(a: Entry, b: Entry): boolean {
  const keys = Object.keys(a) as (keyof Entry)[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
