import type { RequestContext } from '../official.ts';
import { LateDispatcher } from './late-dispatcher.ts';
import type { Route } from './route.ts';

/**
 * Whether a request is one of an API class, whose caller gets it after us, in his middleware, and may give it a signal then:
 * an abort can only end it at once if it does not wait here. All these, and no others, have an Accept header by now; watches
 * and logs have no signal of their caller's before they are answered.
 */
export function sendsLater(context: RequestContext): boolean {
  return context.getHeaders?.()['Accept'] !== undefined;
}

/**
 * Has a request wait for its credential where it is sent, instead of where it is made. When none comes, it fails with the
 * reason: in 2.x itself, or as the `cause` of fetch's error where the caller has put a signal of his own; in 1.x as
 * node-fetch's error with the reason's code and message.
 */
export async function holdBack(route: Route, context: RequestContext): Promise<void> {
  const credential = route.credential();
  // Where it is sent it is told; that may be later than it fails.
  credential.catch(() => {});
  if (context.setDispatcher === undefined) {
    // https is loaded for those who use it.
    const { lateAgent } = await import('../agent/late-agent.ts');
    context.setAgent?.(lateAgent(route, credential));
    return;
  }
  context.setDispatcher(new LateDispatcher(credential.then(() => route.dispatcher())));
  const giveUp = new AbortController();
  credential.catch((reason: unknown) => giveUp.abort(reason));
  // fetch hides every error but that of a signal behind `fetch failed`.
  if (context.getSignal?.() === undefined) context.setSignal?.(giveUp.signal);
}
