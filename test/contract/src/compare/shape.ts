import type { Answer } from '../wire/send.ts';
import type { World } from '../worlds/world.ts';
import { decodeJwt, isJwt, relativeClaims } from './jwt.ts';

/** What must be alike in two answers: a path into the answer, and what is there. */
export type Shape = ReadonlyMap<string, string>;

/** Headers that are promised to be there, with a value of the moment. */
const HEADERS_OF_THE_MOMENT = new Set(['date', 'audit-id', 'content-length', 'sec-websocket-accept']);

/** Members whose value is each server's own; that they are there, and their type, is compared. */
const OF_THE_MOMENT =
  /(?:^|\.)(?:resourceVersion|continue|kid|gitCommit|gitTreeState|goVersion|iat|keys\[\d+\]\.(?:x|y|n))$/;

/** What is replaced inside of texts, for its value is of the moment. */
const GENERAL: readonly (readonly [string, RegExp])[] = [
  // Zeros stay: they are a case's own.
  ['<uid>', /(?!00000000-)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g],
  ['generated-<suffix>', /\bgenerated-[a-z0-9]{5}\b/g],
  // What is no whole JWT; that is taken apart.
  ['<jwt>', /ey[\w-]+\.ey[\w-]+\.[\w-]*/g],
  ['<time>', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g],
  ['(<version>)', /\(\d+\)/g],
];

/** Takes an answer apart: its status, its headers, and each member of the JSON in its body. */
export function shapeOf(world: World, { status, headers, body }: Answer): Shape {
  const shape = new Map<string, string>([['HTTP status', String(status)]]);
  const general = generaliserOf(world);
  for (const [name, value] of Object.entries(headers)) {
    shape.set(`header ${name}`, HEADERS_OF_THE_MOMENT.has(name) ? '<present>' : general(String(value)));
  }
  const documents = parse(body);
  if (documents === undefined) shape.set('body', JSON.stringify(general(body)));
  else {
    for (const [index, document] of documents.entries()) {
      walk(shape, general, documents.length > 1 ? `[${index}]` : '', document);
    }
  }
  return shape;
}

/** Adds JSON to a shape, member by member. */
export function addMembers(shape: Map<string, string>, world: World, path: string, value: unknown): void {
  walk(shape, generaliserOf(world), path, value);
}

type Generaliser = (text: string) => string;

function generaliserOf({ origin, account }: World): Generaliser {
  const known = [
    [origin, '<origin>'],
    [new URL(origin).host, '<host>'],
    [account.uid, '<uid of the reader>'],
  ] as const;
  return (text) =>
    GENERAL.reduce(
      (general, [name, pattern]) => general.replaceAll(pattern, name),
      known.reduce((general, [value, name]) => general.replaceAll(value, name), text),
    );
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

function walk(shape: Map<string, string>, general: Generaliser, path: string, value: unknown): void {
  if (typeof value === 'string' && isJwt(value)) {
    const { header, claims } = decodeJwt(value);
    walk(shape, general, `${path}.header`, header);
    walk(shape, general, `${path}.claims`, relativeClaims(claims));
  } else if (Array.isArray(value)) {
    shape.set(path, `<list of ${value.length}>`);
    for (const [index, item] of value.entries()) walk(shape, general, `${path}[${index}]`, item);
  } else if (typeof value === 'object' && value !== null) {
    shape.set(path, '<object>');
    for (const [name, member] of Object.entries(withRelativeExpiry(value))) {
      walk(shape, general, path === '' ? name : `${path}.${name}`, member);
    }
  } else if (OF_THE_MOMENT.test(path)) {
    shape.set(path, `<${typeof value}>`);
  } else {
    shape.set(path, typeof value === 'string' ? JSON.stringify(general(value)) : String(value));
  }
}

/**
 * The status of a TokenRequest says when its token ends: compared as the time from its `creationTimestamp`. Not from `iat`: for
 * that the real server reads its clock once more, perhaps in the next second (pkg/registry/core/serviceaccount/storage/token.go).
 */
function withRelativeExpiry(value: object): object {
  const { metadata, status } = value as {
    metadata?: { creationTimestamp?: unknown };
    status?: { expirationTimestamp?: unknown };
  };
  const { creationTimestamp } = metadata ?? {};
  const { expirationTimestamp } = status ?? {};
  if (typeof creationTimestamp !== 'string' || typeof expirationTimestamp !== 'string') return value;
  const seconds = (Date.parse(expirationTimestamp) - Date.parse(creationTimestamp)) / 1000;
  return { ...value, status: { ...status, expirationTimestamp: `<creationTimestamp + ${seconds} s>` } };
}
