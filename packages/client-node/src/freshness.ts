import { ClosedError } from '@kubefresh/core';
import { chooseLogin, type LoginChoice } from './login/choose.ts';
import type { Current } from './login/current.ts';
import type { Login } from './login/login.ts';
import type { OfficialKubeConfig, RequestContext } from './official.ts';
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
   * The way that a request takes.
   *
   * @throws ClosedError
   */
  route(current: Current): Route {
    return this.#remembered(current).route;
  }

  /** `applySecurityAuthentication`, for who was current when it was called. */
  authenticate(kubeConfig: OfficialKubeConfig, current: Current, context: RequestContext): Promise<void> {
    return authenticate(kubeConfig, this.#methods, this.#remembered(current), context);
  }

  /** `applyToHTTPSOptions`, for who was current when it was called. */
  async fillIn(kubeConfig: OfficialKubeConfig, current: Current, options: HTTPSOptions): Promise<void> {
    await fillIn(kubeConfig, this.#methods, this.#remembered(current), options);
  }

  #remembered(current: Current): Remembered {
    if (this.#closed) throw new ClosedError('KubeConfig');
    const { user, cluster } = current;
    if (this.#last?.fits(user, cluster)) return this.#last;
    const route = this.#acquire(chooseLogin(current, this.#options), current);
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

  #acquire(choice: LoginChoice, { user, cluster }: Current): Route {
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
