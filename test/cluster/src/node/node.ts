import type { Binaries } from '../build/binaries.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { StateDirectory } from '../machine/state.ts';
import { Containerd } from './containerd.ts';
import { ControllerManager } from './controller-manager.ts';
import { ensureImageStore, placeImages } from './image-store.ts';
import { Kubelet } from './kubelet.ts';
import { startNamespaces } from './namespaces.ts';
import { applyPlacementPolicy } from './placement-policy.ts';
import { TokenProxy } from './token-proxy.ts';

/** What the node profile has beside the control plane. */
export interface Node {
  readonly containerd: Containerd;
  readonly kubelet: Kubelet;
  readonly controllerManager: ControllerManager;
  readonly tokenProxy: TokenProxy;
}

/**
 * The part of a node that needs no API server, so that it starts beside it: namespaces, and containerd with the base images.
 */
export async function startRuntime(directory: StateDirectory, binaries: Binaries) {
  await placeImages(await ensureImageStore(binaries), directory);
  const enter = await startNamespaces(directory);
  return { enter, containerd: await Containerd.start(directory, binaries, enter) };
}

/** Joins the runtime to a control plane: controller manager and kubelet. Returns when pods can be run. */
export async function startNode(
  directory: StateDirectory,
  binaries: Binaries,
  { admin, pki, certificates }: ControlPlane,
  runtime: ReturnType<typeof startRuntime>,
): Promise<Node> {
  const authority = () => certificates.bundle;
  const controllerManager = new ControllerManager({
    binary: binaries['kube-controller-manager'],
    directory,
    admin,
    pki,
    authority,
  });
  const tokenProxy = await TokenProxy.start({ server: admin.server, kubelet: pki.kubelet, authority: authority() });
  certificates.onBundle((bundle) => tokenProxy.trust(bundle));
  certificates.onBundle((bundle) => controllerManager.publish(bundle));
  const startKubelet = async () => {
    const { enter } = await runtime;
    const kubelet = new Kubelet({ binary: binaries.kubelet, directory, enter, server: tokenProxy.url, admin });
    await kubelet.start();
    return kubelet;
  };
  const [kubelet] = await Promise.all([startKubelet(), controllerManager.start(), applyPlacementPolicy(admin)]);
  const { containerd } = await runtime;
  return { containerd, kubelet, controllerManager, tokenProxy };
}
