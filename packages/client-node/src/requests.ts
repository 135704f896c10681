import type { Agent } from 'node:http';
import { OF_CONTEXT } from './agent/lean.ts';
import { abortable } from './exec/abortable.ts';
import type { OfficialKubeConfig, RequestContext } from './official.ts';
import type { Remembered } from './remembered.ts';
import { holdBack, sendsLater } from './route/hold-back.ts';
import type { Methods } from './route/scratch.ts';
import { withoutConnections } from './route/shadow.ts';

/** Request options as `applyToHTTPSOptions` fills them in, for https.request and for `ws`. */
export interface HTTPSOptions {
  headers?: Record<string, unknown>;
  agent?: Agent;
  [option: string]: unknown;
}

/** Options that only matter to connections: who sets one wants connections of his own. */
const OF_CONNECTIONS = [...OF_CONTEXT, 'rejectUnauthorized', 'timeout', 'servername'];

/** The generated and the object API; in 2.x everything else that is no WebSocket, too. */
export async function authenticate(
  kubeConfig: OfficialKubeConfig,
  methods: Methods,
  remembered: Remembered,
  context: RequestContext,
): Promise<void> {
  const { route } = remembered;
  const shadow = remembered.shadowFor(kubeConfig);
  const { prepared, bearing } = route.login;
  if (!prepared && sendsLater(context)) {
    await methods.applySecurityAuthentication.call(shadow, context as never);
    await holdBack(route, context);
    return;
  }
  // A plugin that gives certificates alone is asked each time whether its last one is still good.
  const credential = prepared && bearing ? route.preparedCredential() : await route.credential();
  await methods.applySecurityAuthentication.call(shadow, context as never);
  if (credential !== undefined) context.setHeaderParam('Authorization', route.issued.for(credential));
  if (context.setDispatcher !== undefined) context.setDispatcher(await route.dispatcher());
  else context.setAgent?.(await route.agentFor(credential));
}

/** WebSockets; in 1.x everything that is neither the generated nor the object API, too. */
export async function fillIn(
  kubeConfig: OfficialKubeConfig,
  methods: Methods,
  remembered: Remembered,
  options: HTTPSOptions,
): Promise<void> {
  const { route, user } = remembered;
  const own = OF_CONNECTIONS.some((name) => options[name] !== undefined);
  const signal = options['signal'] instanceof AbortSignal ? options['signal'] : undefined;
  const credential = await abortable(route.credential(), signal);
  const shadow = route.shadow(kubeConfig, user, credential);
  await methods.applyToHTTPSOptions.call(own ? shadow : withoutConnections(shadow), options as never);
  if (credential !== undefined) options.headers = { ...options.headers, Authorization: route.issued.for(credential) };
  options.agent = await (own ? route.followed(options.agent as Agent, credential) : route.agentFor(credential));
}
