/** What a request is about, as the API server's RequestInfo has it. */
export interface Target {
  /** The path without its query. */
  readonly path: string;
  /** The HTTP method. */
  readonly method: string;
  /** The query of its address. */
  readonly query: URLSearchParams;
  /** Present if the path names a resource of the API. */
  readonly resource?: ResourceTarget;
}

/** The verbs of Kubernetes' authorization. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** The parts of a resource path. */
export interface ResourceTarget {
  /** What is done to it. */
  readonly verb: Verb;
  /** The API group; empty for the core group. */
  readonly group: string;
  /** The version of the group. */
  readonly version: string;
  /** The namespace, where the path has one. */
  readonly namespace?: string;
  /** The resource: `pods`, … */
  readonly plural: string;
  /** The object, where the path names one. */
  readonly name?: string;
  /** `log`, `exec`, `proxy`, `token`, … */
  readonly subresource?: string;
  /** What follows the subresource: the backend's path under `proxy`. */
  readonly rest?: string;
}

/** Reads a path as `apiserver/pkg/endpoints/request` does. */
export function targetOf(method: string, path: string, query: URLSearchParams): Target {
  const resource = resourceOf(method, path, query);
  return { path, method, query, ...(resource && { resource }) };
}

function resourceOf(method: string, path: string, query: URLSearchParams): ResourceTarget | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const api = parts.shift();
  const group = api === 'apis' ? parts.shift() : '';
  const version = parts.shift();
  if ((api !== 'api' && api !== 'apis') || group === undefined || !version) return undefined;
  // The old form of a watch: /api/v1/watch/…
  const watched = parts[0] === 'watch' && parts.shift() !== undefined;
  const namespace = namespaceOf(parts);
  const [plural, name, subresource, ...rest] = parts;
  if (!plural) return undefined;
  return {
    verb: watched ? 'watch' : verbOf(method, name, query),
    group,
    version,
    ...(namespace !== undefined && { namespace }),
    plural,
    ...(name && { name }),
    ...(subresource && { subresource }),
    ...(rest.length > 0 && { rest: `/${rest.join('/')}` }),
  };
}

/** Takes `namespaces/<name>` off the front, unless the namespace itself is what the path names. */
function namespaceOf(parts: string[]): string | undefined {
  const [first, namespace, next] = parts;
  if (first !== 'namespaces' || !namespace || !next || next === 'status' || next === 'finalize') return undefined;
  parts.splice(0, 2);
  return namespace;
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): Verb {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name ? 'delete' : 'deletecollection';
    default:
      if (isTrue(query.get('watch'))) return 'watch';
      return name ? 'get' : 'list';
  }
}

/** Whether a boolean query parameter is set, in the forms the API server takes. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0';
}
