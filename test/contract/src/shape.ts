import type { Answer } from './send.ts';

/** Headers that a client may act on; of the others only the API server's operators know. */
const HEADERS_THAT_MATTER = [
  'content-type',
  'cache-control',
  'connection',
  'transfer-encoding',
  'retry-after',
  'warning',
  'www-authenticate',
];
/** Headers whose presence is promised and whose value is of the moment. */
const HEADERS_OF_THE_MOMENT = ['date', 'audit-id'];

const GENERAL: readonly (readonly [string, RegExp])[] = [
  ['<uid>', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g],
  ['x-<suffix>', /\bx-[a-z0-9]{5}\b/g],
  ['<time>', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g],
];
/** Members whose value differs from server to server, and from run to run; their type is compared. */
const OF_THE_MOMENT =
  /(?:^|\.)(?:resourceVersion|continue|kid|x|y|n|jti|iat|nbf|exp|warnafter|credential-id|issuer|jwks_uri)$/;
/** Who wrote what: the kit keeps no such books. */
const LEFT_OUT = new Set(['managedFields']);

/** What must be alike in two answers, as path -> value. */
export type Shape = ReadonlyMap<string, string>;

/** Takes an answer apart: the status, the headers that matter, and each member of its JSON documents. */
export function shapeOf(answer: Answer): Shape {
  const shape = new Map<string, string>([['HTTP status', String(answer.status)]]);
  for (const name of HEADERS_THAT_MATTER) {
    const value = answer.headers[name];
    if (value !== undefined) shape.set(`header ${name}`, generalise(String(value)));
  }
  for (const name of HEADERS_OF_THE_MOMENT) {
    if (answer.headers[name] !== undefined) shape.set(`header ${name}`, '<present>');
  }
  const documents = parse(answer.body);
  if (documents === undefined) shape.set('body', generalise(answer.body));
  else
    for (const [index, document] of documents.entries())
      walk(shape, documents.length > 1 ? `[${index}]` : '', document);
  return shape;
}

/** JSON, or one JSON document a line as a watch sends them; undefined for anything else. */
function parse(body: string): unknown[] | undefined {
  try {
    return [JSON.parse(body)];
  } catch {
    try {
      return body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    } catch {
      return undefined;
    }
  }
}

function walk(shape: Map<string, string>, path: string, value: unknown): void {
  if (typeof value === 'string' && isJwt(value)) {
    walk(shape, `${path}.payload`, JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()));
  } else if (Array.isArray(value)) {
    shape.set(path, `<list of ${value.length}>`);
    for (const [index, item] of value.entries()) walk(shape, `${path}[${index}]`, item);
  } else if (typeof value === 'object' && value !== null) {
    shape.set(path, '<object>');
    for (const [name, member] of Object.entries(value)) {
      if (!LEFT_OUT.has(name)) walk(shape, path === '' ? name : `${path}.${name}`, member);
    }
  } else {
    shape.set(path, OF_THE_MOMENT.test(path) ? `<${typeof value}>` : generalise(String(value)));
  }
}

function isJwt(text: string): boolean {
  return /^ey[\w-]+\.ey[\w-]+\.[\w-]+$/.test(text);
}

function generalise(text: string): string {
  return GENERAL.reduce((general, [name, pattern]) => general.replaceAll(pattern, name), text);
}

/** A place where two shapes differ. */
export interface Difference {
  readonly path: string;
  readonly real: string | undefined;
  readonly kit: string | undefined;
}

/** All places where they differ, in the real one's order. */
export function differences(real: Shape, kit: Shape): Difference[] {
  const paths = new Set([...real.keys(), ...kit.keys()]);
  return [...paths]
    .map((path) => ({ path, real: real.get(path), kit: kit.get(path) }))
    .filter(({ real: one, kit: other }) => one !== other);
}
