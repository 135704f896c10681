import type { Agent } from 'node:http';
import type { Freshness } from './freshness.ts';
import { loadFromDefault, loadFromString, makePathsAbsolute } from './kubeconfig/load.ts';
import type { OfficialKubeConfig, RequestContext } from './official.ts';
import type { Route } from './route/route.ts';
import { withoutConnections } from './route/shadow.ts';

/** The methods of the official client that ours stand before. All other ways to the API server lead through them. */
export type Overridden = Pick<
  OfficialKubeConfig,
  'applySecurityAuthentication' | 'applyToHTTPSOptions' | 'loadFromString' | 'loadFromDefault' | 'makePathsAbsolute'
>;

/** Request options as `applyToHTTPSOptions` fills them in, for https.request and for `ws`. */
interface HTTPSOptions {
  headers?: Record<string, unknown>;
  agent?: Agent;
  [option: string]: unknown;
}

/** Options that only matter to connections: who sets one wants connections of his own. */
const OF_CONNECTIONS = [
  'ca',
  'cert',
  'key',
  'pfx',
  'passphrase',
  'rejectUnauthorized',
  'timeout',
  'servername',
  'ciphers',
  'honorCipherOrder',
  'ecdhCurve',
  'clientCertEngine',
  'crl',
  'dhparam',
  'secureOptions',
  'secureProtocol',
  'sessionIdContext',
];

/**
 * Puts our methods before those of `target`, which is an instance or a class's prototype; for users that are not ours they
 * call the methods of before and do nothing else.
 *
 * @param freshnessOf - what belongs to an instance.
 * @returns the methods of before, and a function that puts them back.
 */
export function override(
  target: OfficialKubeConfig,
  freshnessOf: (kubeConfig: OfficialKubeConfig) => Freshness,
): { readonly methods: Overridden; restore(): void } {
  const { applySecurityAuthentication, applyToHTTPSOptions } = target;
  const methods: Overridden = {
    applySecurityAuthentication,
    applyToHTTPSOptions,
    loadFromString: target.loadFromString,
    loadFromDefault: target.loadFromDefault,
    makePathsAbsolute: target.makePathsAbsolute,
  };
  const routeOf = (kubeConfig: OfficialKubeConfig) => freshnessOf(kubeConfig).route();
  const undo = Object.entries({
    async applySecurityAuthentication(this: OfficialKubeConfig, context: RequestContext) {
      const route = routeOf(this);
      if (route === undefined) await applySecurityAuthentication.call(this, context as never);
      else await authenticate(this, methods, route, context);
    },
    async applyToHTTPSOptions(this: OfficialKubeConfig, options: HTTPSOptions) {
      const route = routeOf(this);
      if (route === undefined) await applyToHTTPSOptions.call(this, options as never);
      else await fillIn(this, methods, route, options);
    },
    loadFromString(this: OfficialKubeConfig, text: string, ...rest: unknown[]) {
      loadFromString(this, methods, text, rest);
    },
    loadFromDefault(this: OfficialKubeConfig, ...rest: unknown[]) {
      loadFromDefault(this, methods, rest);
    },
    makePathsAbsolute(this: OfficialKubeConfig, root: string) {
      makePathsAbsolute(this, methods, root);
    },
  }).map(([name, method]) => replace(target, name, method));
  const restore = () => {
    for (const put of undo) put();
  };
  return { methods, restore };
}

/** The generated and the object API; in 2.x everything else that is no WebSocket, too. */
async function authenticate(
  kubeConfig: OfficialKubeConfig,
  methods: Overridden,
  route: Route,
  context: RequestContext,
): Promise<void> {
  const credential = await route.credential();
  const shadow = withoutConnections(route.shadow(kubeConfig, credential));
  await methods.applySecurityAuthentication.call(shadow, context as never);
  if (credential !== undefined) context.setHeaderParam('Authorization', route.issued.for(credential));
  if (context.setDispatcher !== undefined) context.setDispatcher(route.dispatcher());
  else context.setAgent?.(await route.agentFor(credential));
}

/** WebSockets; in 1.x everything that is neither the generated nor the object API, too. */
async function fillIn(
  kubeConfig: OfficialKubeConfig,
  methods: Overridden,
  route: Route,
  options: HTTPSOptions,
): Promise<void> {
  const own = OF_CONNECTIONS.some((name) => options[name] !== undefined);
  const credential = await route.credential();
  const shadow = route.shadow(kubeConfig, credential);
  await methods.applyToHTTPSOptions.call(own ? shadow : withoutConnections(shadow), options as never);
  if (credential !== undefined) options.headers = { ...options.headers, Authorization: route.issued.for(credential) };
  options.agent = own ? route.followed(options.agent as Agent) : await route.agentFor(credential);
}

/** Replaces a method; the result puts back what was there, or that nothing was. */
function replace(target: object, name: string, method: (...args: never[]) => unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  // Not enumerable, so that copying an instance's properties does not copy it.
  Object.defineProperty(target, name, { value: method, configurable: true, writable: true, enumerable: false });
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  };
}
