import { ClosedError } from '@kubefresh/core';
import { chooseLogin, type LoginChoice } from './login/choose.ts';
import type { Login } from './login/login.ts';
import type { Cluster, OfficialKubeConfig, RequestContext, User } from './official.ts';
import type { FreshOptions } from './options.ts';
import { Remembered } from './remembered.ts';
import { authenticate, fillIn, type HTTPSOptions } from './requests.ts';
import { keyOfRoute } from './route/key.ts';
import { Route } from './route/route.ts';
import type { Methods } from './route/scratch.ts';
import { Shared } from './route/shared.ts';

const STARTUP_WAIT = 10_000;

const logins = new Shared<Login>((login) => login.source.close());
const routes = new Shared<Route>((route) => route.close());

/** What one KubeConfig uses of what is shared. */
export class Freshness {
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

  /**
   * The way that a request of now takes; undefined where it is not our business.
   *
   * @throws ClosedError
   */
  route(): Route | undefined {
    return this.#now()?.route;
  }

  /** `applySecurityAuthentication`, for whoever the current user is. */
  authenticate(kubeConfig: OfficialKubeConfig, context: RequestContext): Promise<void> {
    const now = this.#now();
    if (now?.route === undefined) return this.#methods.applySecurityAuthentication.call(kubeConfig, context as never);
    return authenticate(kubeConfig, this.#methods, now.route, now, context);
  }

  /** `applyToHTTPSOptions`, for whoever the current user is. */
  async fillIn(kubeConfig: OfficialKubeConfig, options: HTTPSOptions): Promise<void> {
    const now = this.#now();
    if (now?.route === undefined) await this.#methods.applyToHTTPSOptions.call(kubeConfig, options as never);
    else await fillIn(kubeConfig, this.#methods, now.route, options);
  }

  #now(): Remembered | undefined {
    const user = this.#kubeConfig.getCurrentUser();
    const cluster = this.#kubeConfig.getCurrentCluster();
    // Without them the official client has its own error.
    if (!user || !cluster?.server) return undefined;
    const last = this.#last;
    if (last?.fits(user, cluster)) return last;
    const choice = chooseLogin(user, cluster, this.#options);
    if (choice !== undefined && this.#closed) throw new ClosedError('KubeConfig');
    const route = choice === undefined ? undefined : this.#acquire(choice, user, cluster);
    this.#last = new Remembered(user, cluster, route);
    return this.#last;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#last = undefined;
    const used = [...this.#routes];
    this.#routes.clear();
    for (const [key, { login }] of used) {
      // Together: a request that waits for another token after a 401 is not to be waited for.
      await Promise.all([routes.release(key), logins.release(login)]);
    }
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
