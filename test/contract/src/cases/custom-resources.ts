import { create, prepare } from '../worlds/objects.ts';
import { NAMESPACE, type World } from '../worlds/world.ts';
import { asks, type ContractCase } from './case.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WIDGETS = `/apis/contract.example/v1/namespaces/${NAMESPACE}/widgets`;

const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.contract.example' },
  spec: {
    group: 'contract.example',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** Ten times what a definition usually takes until it is served, ms. */
const SERVED_WITHIN = 10_000;

/** Types that come by a CustomResourceDefinition. */
export const customResources: readonly ContractCase[] = [
  asks('list of a custom resource', async (world) => {
    await create(world, DEFINITIONS, DEFINITION);
    await served(world);
    await create(world, WIDGETS, widget('listed'));
    return { path: WIDGETS };
  }),
  asks('create of a custom resource', { method: 'POST', path: WIDGETS, body: widget('created') }),
  asks('create of a custom resource that is there', { method: 'POST', path: WIDGETS, body: widget('listed') }),
  asks('create of a custom resource without kind', {
    method: 'POST',
    path: WIDGETS,
    body: { metadata: { name: 'a' } },
  }),
  asks('get of a custom resource', { path: `${WIDGETS}/listed` }),
  asks('get of a custom resource that is not there', { path: `${WIDGETS}/absent` }),
  asks('merge patch of a custom resource', { method: 'PATCH', path: `${WIDGETS}/listed`, body: { spec: { size: 2 } } }),
  asks('replace of a custom resource without a version', {
    method: 'PUT',
    path: `${WIDGETS}/listed`,
    body: widget('listed'),
  }),
  asks('delete of a custom resource', { method: 'DELETE', path: `${WIDGETS}/created` }),
  asks('watch of a custom resource', { path: `${WIDGETS}?watch=1&timeoutSeconds=1` }),
];

function widget(name: string): object {
  return { apiVersion: 'contract.example/v1', kind: 'Widget', metadata: { name }, spec: { size: 1 } };
}

/** Waits until the type is served. */
async function served(world: World): Promise<void> {
  const until = performance.now() + SERVED_WITHIN;
  for (;;) {
    try {
      await prepare(world, { path: WIDGETS });
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
    }
  }
}
