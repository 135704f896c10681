import { type Question, send } from '../wire/send.ts';
import { NAMESPACE, type Reference, type World } from './world.ts';

/** The path below which the namespace's core objects are. */
export const CORE = `/api/v1/namespaces/${NAMESPACE}`;

interface StoredObject {
  readonly reference: Reference;
  readonly metadata: { readonly resourceVersion: string; readonly continue: string };
  readonly status?: { readonly token?: string };
}

/** Does something as the administrator of both worlds, to prepare. @throws Error if it is refused */
export async function prepare(world: World, question: Question): Promise<StoredObject> {
  const { status, body } = await send(world, question);
  if (status >= 300) throw new Error(`${world.name}: ${question.method ?? 'GET'} ${question.path}: ${status} ${body}`);
  const object = JSON.parse(body);
  const { name, uid } = object.metadata;
  return { ...object, reference: { name, uid } };
}

/** Reads an object or a list. */
export function read(world: World, path: string): Promise<StoredObject> {
  return prepare(world, { path });
}

/** Creates an object, a core one of the namespace where the path is only a plural. */
export function create(world: World, path: string, body: object): Promise<StoredObject> {
  return prepare(world, { method: 'POST', path: path.startsWith('/') ? path : `${CORE}/${path}`, body });
}

/** Deletes an object of the namespace, by `<plural>/<name>`. */
export async function remove(world: World, path: string): Promise<void> {
  // At once: a pod on a node would wait for that node's kubelet.
  await prepare(world, { method: 'DELETE', path: `${CORE}/${path}?gracePeriodSeconds=0` });
}

/** A pod that nobody runs, for its node has no kubelet; tokens can be bound to it all the same. */
export function podOf(name: string, serviceAccountName: string, nodeName: string | null = 'nowhere'): object {
  return {
    metadata: { name },
    spec: {
      serviceAccountName,
      automountServiceAccountToken: false,
      ...(nodeName !== null && { nodeName }),
      containers: [{ name: 'main', image: 'none' }],
    },
  };
}

/** The objects that the cases only look at; those that they change are their own. */
export async function layOut(world: World): Promise<void> {
  for (const [rank, name] of ['one', 'two', 'three'].entries()) {
    await create(world, 'configmaps', {
      metadata: { name, labels: { set: 'contract', rank: String(rank + 1) } },
      data: { rank: String(rank) },
    });
  }
  await create(world, 'secrets', { metadata: { name: 'anchor' } });
  await create(world, '/api/v1/nodes', { metadata: { name: 'nowhere' } });
  await create(world, 'serviceaccounts', { metadata: { name: 'other' } });
  await create(world, 'pods', podOf('bound', world.account.name));
  await create(world, 'pods', podOf('of-another', 'other'));
}
