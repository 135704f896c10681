/** The server answered an exec with something else than the switch of protocols. */
export class RefusedError extends Error {
  readonly statusCode: number;
  readonly code: number;
  readonly messages = [];
  readonly evidence: { readonly date?: string; readonly auditId?: string };

  constructor(statusCode: number, evidence: RefusedError['evidence']) {
    super(`Unexpected server response: ${statusCode}`);
    this.statusCode = statusCode;
    this.code = statusCode;
    this.evidence = evidence;
  }
}
