import type { Exchange } from '../http/exchange.ts';
import type { Route } from '../http/router.ts';
import { StatusError } from '../http/status.ts';
import type { ResourceTarget } from '../http/target.ts';
import type { ObjectInput } from '../store/objects.ts';
import type { ObjectKey, ResourceStore } from '../store/resource-store.ts';
import { listObjects } from './list.ts';
import { watchObjects } from './watch.ts';

/** Every resource the store knows, by its ordinary verbs. */
export function resourcesRoute(store: ResourceStore): Route {
  return {
    accepts: (target) => target.resource !== undefined && target.resource.subresource === undefined,
    handle: async (exchange, target) => {
      const resource = target.resource as ResourceTarget;
      const { type } = store.collection(resource.group, resource.plural);
      switch (resource.verb) {
        case 'list':
          return listObjects(store, exchange, resource);
        case 'watch':
          return watchObjects(store, exchange, resource);
        case 'get':
          return exchange.sendJson(200, store.get(keyOf(resource)));
        case 'create':
          return exchange.sendJson(201, store.create(type, await readObject(exchange), resource.namespace));
        case 'delete':
          return exchange.sendJson(200, store.delete(type, keyOf(resource)));
        default:
          throw new StatusError(
            405,
            'MethodNotAllowed',
            'the server does not allow this method on the requested resource',
            {},
          );
      }
    },
  };
}

/** The object a path names. */
export function keyOf(resource: ResourceTarget): ObjectKey {
  const { group, plural, namespace, name = '' } = resource;
  return { group, plural, namespace, name };
}

/** Reads the body as an object. @throws {StatusError} 400 if it is none. */
export async function readObject(exchange: Exchange): Promise<ObjectInput> {
  const body = (await exchange.body()).toString();
  let object: unknown;
  try {
    object = JSON.parse(body);
  } catch {
    throw new StatusError(400, 'BadRequest', 'the request body is no JSON: this test server reads JSON only');
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new StatusError(400, 'BadRequest', 'the request body is no object');
  }
  return { metadata: {}, ...object } as ObjectInput;
}
