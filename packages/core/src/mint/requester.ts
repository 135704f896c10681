import { first, record, text, warningTexts } from '../api/answer.ts';
import type { ApiAnswer, ApiConnection } from '../api/connection.ts';
import type { Clock } from '../clock.ts';
import { KubefreshError } from '../errors.ts';
import { parseToken } from '../token/parse.ts';
import type { Token } from '../token/token.ts';
import { warnOnce } from '../warnings.ts';
import { answeredWith, unanswered, withoutToken } from './failure.ts';
import { type ResolvedSpec, resolveSpec, type TokenSpec } from './spec.ts';

/** A token as the TokenRequest API gave it. */
export interface MintedToken {
  /** The token; `token.reveal()` is its text. */
  readonly token: Token;
  /** `status.expirationTimestamp`, ms since the epoch: when a newer one must be in use. `exp` can be a year later. */
  readonly notAfter: number;
}

/** A minted token, and what came with it. */
export interface Minted extends MintedToken {
  /** The namespace of its account. */
  readonly namespace: string;
  /** The answer's `Date` header. */
  readonly date: string | undefined;
}

/** Asks the TokenRequest API. It holds and repeats nothing. */
export class TokenRequester {
  readonly #connection: ApiConnection;
  readonly #clock: Clock;

  constructor(connection: ApiConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /**
   * One POST of a TokenRequest.
   * @throws TokenRequestError; InvalidOptionError where our own token does not say what the spec leaves to it;
   *   CredentialUnavailableError where there is none yet; ClosedError.
   */
  async request(spec: TokenSpec): Promise<Minted> {
    const { source, origin } = this.#connection;
    // Who asks, for the explanation of a 401. Without one nothing is sent, and nothing waits: whoever repeats this knows when.
    const asker = source?.current().token;
    const resolved = resolveSpec(spec, asker?.claims);
    const answer = await this.#send(resolved);
    const { namespace, serviceAccount } = resolved;
    for (const warning of warningTexts(answer.headers['warning'])) {
      const place = `${namespace}/${serviceAccount}`;
      warnOnce(
        'KUBEFRESH_SERVER_WARNING',
        `${place} ${warning}`,
        `The API server says of tokens of ${place}: ${warning}`,
      );
    }
    if (answer.status !== 201 && answer.status !== 200) {
      throw answeredWith({ answer, spec: resolved, asker, origin, now: this.#clock.now() });
    }
    return readMinted(answer, resolved, origin);
  }

  async #send(spec: ResolvedSpec): Promise<ApiAnswer> {
    const { namespace, serviceAccount } = spec;
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
    try {
      return await this.#connection.send({ method: 'POST', path, body: bodyOf(spec) });
    } catch (error) {
      // Whoever closed the connection is not told that the server cannot be reached.
      if (KubefreshError.is(error, 'ERR_KUBEFRESH_CLOSED')) throw error;
      throw unanswered(spec, this.#connection.origin, error);
    }
  }
}

function bodyOf({ uid, audiences, expirationSeconds, boundTo }: ResolvedSpec): unknown {
  return {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    ...(uid === undefined ? {} : { metadata: { uid } }),
    spec: {
      // An empty list is for the API server to fill: its own audiences.
      audiences,
      expirationSeconds,
      ...(boundTo === undefined ? {} : { boundObjectRef: { apiVersion: 'v1', ...boundTo } }),
    },
  };
}

function readMinted({ json, headers, status: code }: ApiAnswer, spec: ResolvedSpec, origin: string): Minted {
  const status = record(record(json)['status']);
  const notAfter = Date.parse(text(status['expirationTimestamp']) ?? '');
  const token = text(status['token']);
  if (token === undefined || Number.isNaN(notAfter)) throw withoutToken(spec, origin, code);
  try {
    return { token: parseToken(token), notAfter, namespace: spec.namespace, date: first(headers['date']) };
  } catch (cause) {
    throw withoutToken(spec, origin, code, cause);
  }
}
