/** What a failed request says of itself: the Kubernetes `Status` object, as far as it is one. */
export interface ServerStatus {
  /** The server's message, on one line and of bounded length; '' where it has none. */
  readonly message: string;
  /** `details.kind`: the kind of the object that is at fault, e.g. `pods`. */
  readonly kind: string | undefined;
  /** `details.name`. */
  readonly name: string | undefined;
  /** `details.causes[0].field`: the field that was refused, e.g. `spec.expirationSeconds`. */
  readonly field: string | undefined;
}

/** A message longer than this, characters, is cut: it goes into errors and logs. */
const LONGEST_MESSAGE = 600;

/** Reads the body of a failed request (apimachinery: metav1.Status). */
export function readStatus(json: unknown): ServerStatus {
  const { message, details } = record(json);
  const { kind, name, causes } = record(details);
  const cause = Array.isArray(causes) ? record(causes[0]) : {};
  return {
    message: oneLine(text(message) ?? ''),
    kind: text(kind),
    name: text(name),
    field: text(cause['field']),
  };
}

/** A value as an object whose properties can be asked for; an empty one where it is none. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** A value if it is a text. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The longest that a server can make us wait, ms: a header gone wrong must not end renewal. */
const LONGEST_WAIT = 300_000;

/** `Retry-After` in ms from `now` (ms since the epoch), 5 minutes at most; undefined where there is none that can be read. */
export function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const value = first(header);
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_WAIT);
}

/** `299 - "text" "date"`, several to a header (RFC 7234 section 5.5; KEP-1693). */
const WARNING = /\d{3} \S+ "((?:[^"\\]|\\.)*)"/g;

/** The texts of `Warning` headers. */
export function warningTexts(header: string | string[] | undefined): readonly string[] {
  const lines = header === undefined ? [] : Array.isArray(header) ? header : [header];
  return lines.flatMap((line) =>
    [...line.matchAll(WARNING)].map(([, quoted = '']) => oneLine(quoted.replace(/\\(.)/g, '$1'))),
  );
}

/** A header's first value. */
export function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function oneLine(message: string): string {
  const line = message
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}
