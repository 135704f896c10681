import { checkAccept, OBJECT_TYPES } from '../http/negotiation.ts';
import type { Route } from '../http/router.ts';
import { methodNotAllowed, unknownPath } from '../http/status.ts';
import type { ResourceTarget } from '../http/target.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { deleteCollection, deleteObject } from './delete.ts';
import { keyOf } from './input.ts';
import { listObjects } from './list.ts';
import type { OpenWatches } from './open-watches.ts';
import { watchObjects } from './watch.ts';
import { createObject, patchStored, updateObject } from './write.ts';

const OF_LISTS = new Set(['GET', 'POST', 'DELETE']);
const OF_OBJECTS = new Set(['GET', 'PUT', 'PATCH', 'DELETE']);

/** Every resource the store knows, and its status, by the ordinary verbs. */
export function resourcesRoute(store: ResourceStore, watches: OpenWatches): Route {
  return {
    accepts: ({ resource }) => resource !== undefined && store.serves(resource.group),
    handle: (exchange, target) => {
      const resource = target.resource as ResourceTarget;
      const { type } = store.collection(resource.group, resource.plural, resource.version);
      if (resource.subresource !== undefined && resource.subresource !== 'status') throw unknownPath();
      if (!(resource.name === undefined ? OF_LISTS : OF_OBJECTS).has(target.method)) throw methodNotAllowed();
      checkAccept(exchange, ...OBJECT_TYPES);
      switch (resource.verb) {
        case 'list':
          return listObjects(store, exchange, resource);
        case 'watch':
          return watchObjects(store, exchange, resource, watches);
        case 'get':
          return exchange.sendJson(200, store.get(keyOf(resource)));
        case 'create':
          return createObject(store, exchange, resource, type);
        case 'update':
          return updateObject(store, exchange, resource, type);
        case 'patch':
          return patchStored(store, exchange, resource, type);
        case 'delete':
          return deleteObject(store, exchange, resource, type);
        case 'deletecollection':
          return deleteCollection(store, exchange, resource, type);
      }
    },
  };
}
