/** `meta/v1` Status: the body of every answer of the API server that is not an object. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  /** Empty but for a list that can be continued all the same. */
  readonly metadata: { readonly continue?: string };
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  /** Empty for an error that has none. */
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly code?: number;
}

/** An answer that is a failure: thrown by handlers, sent as its {@link Status}. */
export class StatusError extends Error {
  readonly status: Status;
  readonly code: number;

  constructor(code: number, reason: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
    this.status = failure(code, reason, message, details);
  }
}

/** A failure with its fields in the order the real server writes them. */
export function failure(
  code: number,
  reason: string,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason !== '' && { reason }),
    ...(details && { details }),
    code,
  };
}

/** The one body of every 401: the reason stays in the server's own log. */
export const UNAUTHORIZED: Status = failure(401, 'Unauthorized', 'Unauthorized');

/** 404 for an object. */
export function notFound(type: { readonly group: string; readonly plural: string }, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(type)} ${JSON.stringify(name)} not found`, details(type, name));
}

/** 404 for a path that names no resource. */
export function unknownPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 405 for a verb that a resource does not have. */
export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

/** 422 for a member of an object that cannot be as it is. `type` and `name` are as the real server has them. */
export function invalid(
  type: { readonly group: string; readonly kind: string },
  name: string,
  cause: { readonly reason: string; readonly message: string; readonly field: string },
): StatusError {
  const { group, kind } = type;
  const qualifiedKind = qualified({ group, plural: kind });
  const message = `${qualifiedKind} ${JSON.stringify(name)} is invalid: ${cause.field}: ${cause.message}`;
  return new StatusError(422, 'Invalid', message, {
    ...(name !== '' && { name }),
    ...(group !== '' && { group }),
    kind,
    causes: [cause],
  });
}

/** 409 for a name that is taken. */
export function alreadyExists(type: { readonly group: string; readonly plural: string }, name: string): StatusError {
  const message = `${qualified(type)} ${JSON.stringify(name)} already exists`;
  return new StatusError(409, 'AlreadyExists', message, details(type, name));
}

/** 409 for a change based on an old version of the object. */
export function conflict(
  type: { readonly group: string; readonly plural: string },
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(type)} ${JSON.stringify(name)}: ${why}`;
  return new StatusError(409, 'Conflict', message, details(type, name));
}

/** 410 for a resourceVersion that the server no longer remembers; `next` is where to go on, if that is possible. */
export function expired(message: string, next?: string): StatusError {
  const error = new StatusError(410, 'Expired', message);
  return next === undefined
    ? error
    : Object.assign(error, { status: { ...error.status, metadata: { continue: next } } });
}

function qualified(type: { readonly group: string; readonly plural: string }): string {
  return type.group === '' ? type.plural : `${type.plural}.${type.group}`;
}

function details(type: { readonly group: string; readonly plural: string }, name: string): Record<string, unknown> {
  return { name, ...(type.group !== '' && { group: type.group }), kind: type.plural };
}
