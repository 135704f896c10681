import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../../src/clock.ts';
import { makeToken, type TokenRecipe } from '../../support/make-token.ts';
import { authorizationOf, memoryDispatcher } from './memory-dispatcher.ts';

/** A TokenRequest as it arrived. */
export interface Asked {
  readonly path: string;
  readonly metadata: { readonly uid?: string } | undefined;
  readonly spec: {
    readonly audiences: readonly string[];
    readonly expirationSeconds: number;
    readonly boundObjectRef?: Readonly<Record<string, string>>;
  };
  /** The value of its Authorization header. */
  readonly authorization: string | undefined;
}

/** What is answered instead of a token. */
export interface Canned {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly json?: unknown;
}

/** A TokenRequest API behind a dispatcher, on the test's clock: no socket, no time that passes by itself. */
export class TokenApi {
  readonly asked: Asked[] = [];
  /** How many requests are under way, and how many were at most. */
  readonly underWay = { now: 0, most: 0 };
  /** Decides each answer; undefined (the default) gives a token. A thrown error is a server that cannot be reached. */
  answer: (asked: Asked) => Canned | undefined | Promise<Canned | undefined> = () => undefined;
  /** What the tokens are like. */
  recipe: TokenRecipe = {};
  /** `status.expirationTimestamp`, ms since the epoch; undefined (the default) as it was asked for. */
  expiresAt: number | undefined;
  /** The server's clock minus the test's, ms. */
  skew = 0;
  /** The dispatcher to give to a source or a manager. */
  readonly dispatcher: Dispatcher;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.dispatcher = memoryDispatcher((options, signal) => this.#answer(options, signal));
  }

  async #answer({ path, body, headers }: Dispatcher.DispatchOptions, signal: AbortSignal): Promise<Canned> {
    this.underWay.now += 1;
    this.underWay.most = Math.max(this.underWay.most, this.underWay.now);
    try {
      const { metadata, spec } = JSON.parse(String(body)) as Asked;
      const asked = { path, metadata, spec, authorization: authorizationOf(headers) };
      this.asked.push(asked);
      const {
        status,
        headers: more,
        json,
      } = (await Promise.race([this.answer(asked), gone(signal)])) ?? this.#token(asked);
      return { status, headers: { date: new Date(this.#now()).toUTCString(), ...more }, json };
    } finally {
      this.underWay.now -= 1;
    }
  }

  #token({ path, spec }: Asked): Canned {
    const [, namespace = '', name = ''] = /namespaces\/([^/]+)\/serviceaccounts\/([^/]+)/.exec(path) ?? [];
    const now = this.#now();
    const life = this.recipe.life ?? spec.expirationSeconds;
    const ref = spec.boundObjectRef;
    const token = makeToken({
      issuedAt: now,
      ...this.recipe,
      life,
      claims: { sub: `system:serviceaccount:${namespace}:${name}`, ...this.recipe.claims },
      kubernetes: {
        namespace,
        serviceaccount: { name, uid: `uid-${name}` },
        pod: ref?.['kind'] === 'Pod' ? { name: ref['name'], uid: ref['uid'] } : undefined,
        node: undefined,
        ...this.recipe.kubernetes,
      },
    });
    const expiresAt = this.expiresAt ?? Math.floor(now / 1000) * 1000 + spec.expirationSeconds * 1000;
    const expirationTimestamp = new Date(expiresAt).toISOString();
    return { status: 201, json: { kind: 'TokenRequest', status: { token, expirationTimestamp } } };
  }

  #now(): number {
    return this.#clock.now() + this.skew;
  }
}

/** Rejects when the caller is gone. */
function gone(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/** The body of a failed request, as the API server writes it. */
export function statusBody(code: number, message: string, details?: unknown): unknown {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code, details };
}

/** Lets what has been answered arrive. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
}
