import { systemClock } from '../../clock.ts';
import type { RequestFacts } from '../../journal/entry.ts';
import { type BearerCredential, readBearer } from '../auth/bearer.ts';
import type { RawRequest } from './exchange.ts';

// A WebSocket that cannot set headers carries its token here (`websocket.ProtocolReader`).
const BEARER_PROTOCOL = 'base64url.bearer.authorization.k8s.io.';

/** The credential of a request: of its header, or of a WebSocket's protocol list. */
export function credentialOf(raw: RawRequest): BearerCredential {
  const header = readBearer(authorizationsOf(raw)[0]);
  if (header.kind !== 'none') return header;
  const protocols = String(raw.headers['sec-websocket-protocol'] ?? '').split(',');
  const encoded = protocols.map((each) => each.trim()).find((each) => each.startsWith(BEARER_PROTOCOL));
  if (encoded === undefined) return header;
  return readBearer(`Bearer ${Buffer.from(encoded.slice(BEARER_PROTOCOL.length), 'base64url').toString()}`);
}

/** What the journal and the faults may know of a request. */
export function factsOf(raw: RawRequest, id: number, connection: number, credential: BearerCredential): RequestFacts {
  const { path, query } = addressOf(raw.url ?? '/');
  return {
    id,
    method: raw.method ?? 'GET',
    path,
    query,
    protocol: raw.httpVersionMajor === 2 ? 'h2' : 'http/1.1',
    connection,
    time: systemClock.now(),
    credential: credential.kind,
    authorizations: authorizationsOf(raw).length,
    jti: credential.claims?.jti,
    claims: credential.claims,
    headers: shownHeaders(raw),
  };
}

// Not `new URL(target, base)`: that takes what follows two slashes for a host, and throws for some. Whoever speaks to a proxy
// sends the whole address.
function addressOf(target: string): { path: string; query: URLSearchParams } {
  const whole = target.startsWith('/') ? null : URL.parse(target);
  if (whole !== null) return { path: whole.pathname, query: whole.searchParams };
  const [path = '', ...query] = target.split('?');
  return { path, query: new URLSearchParams(query.join('?')) };
}

// Read from the raw pairs: Node keeps only the first of several Authorization headers in `headers`.
function authorizationsOf(raw: RawRequest): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index < raw.rawHeaders.length; index += 2) {
    if (raw.rawHeaders[index]?.toLowerCase() === 'authorization') values.push(raw.rawHeaders[index + 1] ?? '');
  }
  return values;
}

function shownHeaders(raw: RawRequest): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw.headers)) {
    if (name.startsWith(':') || name === 'authorization' || name === 'sec-websocket-protocol' || value === undefined)
      continue;
    shown[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return shown;
}
