/** Why the server refuses a token. Its client sees a bare 401; the words are for the log, the journal and TokenReview. */
export class Rejection extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Rejection';
  }
}

/** A text that no authenticator takes for a token of its own: the real server has no more to say of it. */
export class NoToken extends Rejection {}
