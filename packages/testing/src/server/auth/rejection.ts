/** Why the server refuses a token. Its client sees a bare 401; the words are for the log, the journal and TokenReview. */
export class Rejection extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Rejection';
  }
}
