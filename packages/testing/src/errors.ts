/** The codes of {@link TestingError}; stable, so that a test may compare them. */
export type TestingErrorCode =
  /** A wait of the journal, the kubelet or another helper passed its bound. */
  | 'ERR_KUBEFRESH_TESTING_TIMEOUT'
  /** The port asked for is taken. */
  | 'ERR_KUBEFRESH_TESTING_PORT_IN_USE'
  /** An option has a value that makes no sense: a negative lifetime, an unknown layout, … */
  | 'ERR_KUBEFRESH_TESTING_INVALID_OPTION'
  /** No fault of that name exists. */
  | 'ERR_KUBEFRESH_TESTING_UNKNOWN_FAULT'
  /** The server, volume or kubelet was closed already. */
  | 'ERR_KUBEFRESH_TESTING_CLOSED'
  /** `expectNoFailures` and its siblings found what should not be there. */
  | 'ERR_KUBEFRESH_TESTING_UNEXPECTED_REQUEST'
  /** The API server refused what the kit asked of it (a kubelet's TokenRequest, say). */
  | 'ERR_KUBEFRESH_TESTING_REQUEST_REFUSED';

/** Every error this package throws: `code` says which, `message` says what, where and what to do. */
export class TestingError extends Error {
  /** Stable, and what a program should test. */
  readonly code: TestingErrorCode;

  constructor(code: TestingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TestingError';
    this.code = code;
  }
}
