import type { World } from '../driver.ts';

/** What a child is asked to do; each is answered once it is done. */
export type Task =
  | { readonly do: 'connect'; readonly world: World }
  | { readonly do: 'list' }
  /** Follow the pods; each one seen is told. */
  | { readonly do: 'watch' }
  /** Follow the log of a pod; each line is told. */
  | { readonly do: 'follow'; readonly pod: string }
  /** How much inotify this user namespace may have, instances. */
  | { readonly do: 'limitInotify'; readonly instances: number }
  /** Answer once something here watches a file. */
  | { readonly do: 'awaitWatcher' }
  /** End the client. */
  | { readonly do: 'close' }
  | { readonly do: 'jump'; readonly jump: number }
  /** Run timers so many times as fast from now on. */
  | { readonly do: 'hurry'; readonly haste: number }
  /** Let the event loop stand still, ms. */
  | { readonly do: 'block'; readonly ms: number }
  /** Close nothing, and do nothing more. */
  | { readonly do: 'leave' };

/** To the child: a task, and the number that its answer has. */
export type Request = Task & { readonly id: number };

/** From the child. */
export type Message =
  | { readonly type: 'answer'; readonly id: number; readonly error?: string; readonly status?: number }
  | { readonly type: 'report'; readonly report: string }
  /** A source has another token: what set off the look that found it. */
  | { readonly type: 'renewed'; readonly jti: string; readonly reason: string }
  /** A pod of the watch, or a line of the log. */
  | { readonly type: 'seen'; readonly name: string };
