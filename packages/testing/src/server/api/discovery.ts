import type { Route } from '../http/router.ts';
import { unknownPath } from '../http/status.ts';
import { apiVersionOf, type ResourceType } from '../store/objects.ts';
import type { ResourceStore } from '../store/resource-store.ts';

const PATH = /^\/(?:api(?:\/v1)?|apis(?:\/(?<group>[^/]+)(?:\/[^/]+)?)?)\/?$/;
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** `/api`, `/apis`, and the resources of each group and version: by what clients learn which types there are. */
export function discoveryRoute(store: ResourceStore, origin: () => string): Route {
  return {
    accepts: ({ path }) => {
      const group = PATH.exec(path)?.groups?.['group'];
      return PATH.test(path) && (group === undefined || store.serves(group));
    },
    handle: (exchange, { path }) => {
      const [api, group, version] = path.split('/').filter(Boolean);
      if (api === 'api') {
        exchange.sendJson(
          200,
          group === undefined ? coreVersions(new URL(origin()).host) : resourceList(store, '', 'v1'),
        );
      } else if (group === undefined) exchange.sendJson(200, groupList(store));
      else if (version === undefined) exchange.sendJson(200, groupOf(store, group));
      else exchange.sendJson(200, resourceList(store, group, version));
    },
  };
}

function coreVersions(serverAddress: string): unknown {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress }];
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
}

function groupList(store: ResourceStore): unknown {
  const groups = [...new Set(store.types.map((type) => type.group))].filter((group) => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => describeGroup(store, group)) };
}

function groupOf(store: ResourceStore, group: string): unknown {
  return { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(store, group) };
}

function describeGroup(store: ResourceStore, name: string) {
  const served = new Set(store.types.filter((type) => type.group === name).map((type) => type.version));
  const versions = [...served].map((version) => ({ groupVersion: `${name}/${version}`, version }));
  if (versions.length === 0) throw unknownPath();
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(store: ResourceStore, group: string, version: string): unknown {
  const types = store.types.filter((type) => type.group === group && type.version === version);
  if (types.length === 0) throw unknownPath();
  const groupVersion = apiVersionOf({ group, version });
  // The core list alone does not say its own version.
  const own = group === '' ? {} : { apiVersion: 'v1' };
  return { kind: 'APIResourceList', ...own, groupVersion, resources: types.map(describeType) };
}

function describeType({ plural, kind, namespaced, shortNames }: ResourceType): unknown {
  return {
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced,
    kind,
    verbs: VERBS,
    ...(shortNames && { shortNames }),
  };
}
