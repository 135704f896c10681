import { KubefreshError } from '../errors.ts';
import type { Explanation } from './explanation.ts';
import type { Token } from './token.ts';

/**
 * The API server refused a token: the cause of errors that follow from it. Its message is the explanation's. Code
 * `ERR_KUBEFRESH_TOKEN_REJECTED`.
 */
export class TokenRejectedError extends KubefreshError {
  override name = 'TokenRejectedError';
  /** Why it was refused, as well as it can be known. */
  readonly explanation: Explanation;
  /** The token's own id; the audit log calls it `JTI=<jti>`. Undefined for tokens without one. */
  readonly jti: string | undefined;
  /** Finds the refused request in the API server's audit log. */
  readonly auditId: string | undefined;

  constructor(token: Token, explanation: Explanation, auditId: string | undefined) {
    super('ERR_KUBEFRESH_TOKEN_REJECTED', explanation.message);
    this.explanation = explanation;
    this.jti = token.claims?.jti;
    this.auditId = auditId;
  }
}
