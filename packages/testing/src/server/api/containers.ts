import { StatusError } from '../http/status.ts';
import type { KubernetesObject } from '../store/objects.ts';

interface PodSpec {
  readonly containers?: readonly { readonly name: string }[];
  readonly initContainers?: readonly { readonly name: string }[];
}

/**
 * Says no to a container that a pod does not have, and to none where it has several. Of a pod that a test made without
 * any, every name is right.
 *
 * @throws {StatusError} 400
 */
export function checkContainer(pod: KubernetesObject, container: string | null): void {
  const { containers = [], initContainers = [] } = (pod['spec'] ?? {}) as PodSpec;
  const names = [...initContainers, ...containers].map(({ name }) => name);
  const { name } = pod.metadata;
  if (names.length === 0) return;
  if (container && !names.includes(container)) {
    throw new StatusError(400, 'BadRequest', `container ${container} is not valid for pod ${name}`);
  }
  if (!container && containers.length > 1) {
    const message = `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`;
    throw new StatusError(400, 'BadRequest', message);
  }
}
