import { Door } from './door.ts';
import type { FreshHandle } from './handle.ts';
import type { OfficialKubeConfig, OfficialKubeConfigClass } from './official.ts';
import type { FreshOptions } from './options.ts';
import { assertSupported } from './supported.ts';

/**
 * Keeps one KubeConfig's credentials fresh, whatever is or will be loaded into it: all API classes, watches, informers and
 * WebSockets made from it send the token of now over kept connections, and send once more after a 401.
 *
 * Call it before loading where a kubeconfig may name token files: the official client forgets them in loading. Users with
 * neither a token file nor a credential plugin are left exactly as they were.
 *
 * @example
 * const kubeConfig = new KubeConfig();
 * keepFresh(kubeConfig);
 * kubeConfig.loadFromDefault();
 * @param kubeConfig - of `@kubernetes/client-node` 1.4 or 2.x; of any copy in the program.
 * @returns its handle; the same one each time it is called for the same object.
 * @throws KubefreshError `ERR_KUBEFRESH_UNSUPPORTED_CLIENT` for what is no such object.
 */
export function keepFresh(kubeConfig: OfficialKubeConfig, options: FreshOptions = {}): FreshHandle {
  const door = Door.of(kubeConfig);
  if (door !== undefined) return door.handleOf(kubeConfig, options);
  assertSupported(kubeConfig, 'what keepFresh() was given');
  return new Door(kubeConfig, options).handleOf(kubeConfig);
}

/**
 * Keeps the credentials of all instances of a class fresh, those that exist already too: for programs that get their
 * KubeConfig from elsewhere.
 *
 * @param kubeConfigClass - the `KubeConfig` of any copy of `@kubernetes/client-node` 1.4 or 2.x, or a subclass.
 * @returns a function that gives the class its own methods back.
 * @throws KubefreshError `ERR_KUBEFRESH_UNSUPPORTED_CLIENT` for what is no such class.
 */
export function install(kubeConfigClass: OfficialKubeConfigClass, options: FreshOptions = {}): () => void {
  const prototype: unknown = Object(kubeConfigClass).prototype;
  assertSupported(prototype, 'what install() was given');
  const door = Door.on(prototype) ?? new Door(prototype, options);
  return () => door.remove();
}
