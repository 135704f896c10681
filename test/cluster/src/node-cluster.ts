import { rm } from 'node:fs/promises';
import { Cluster } from './cluster.ts';
import type { ControlPlane } from './control-plane/control-plane.ts';
import type { ImageConfig } from './image/archive.ts';
import { buildImage, type ImageOptions } from './image/build-image.ts';
import { APP_DIRECTORY, imageContents } from './image/image-contents.ts';
import type { StateDirectory } from './machine/state.ts';
import type { Containerd } from './node/containerd.ts';
import type { ControllerManager } from './node/controller-manager.ts';
import type { Kubelet } from './node/kubelet.ts';
import type { Node } from './node/node.ts';
import type { TokenPlans } from './node/token-plan.ts';
import type { TokenProxy } from './node/token-proxy.ts';
import { Pods } from './pods/pods.ts';

/** A cluster with a node: a kubelet that runs pods, and the hand on what it writes into them. */
export class NodeCluster extends Cluster {
  /** Runs pods. */
  readonly pods: Pods;
  /** The kubelet as a process. */
  readonly kubelet: Kubelet;
  /** The container runtime. */
  readonly containerd: Containerd;
  /** kube-controller-manager as a process; also publishes `kube-root-ca.crt`. */
  readonly controllerManager: ControllerManager;
  /** What the kubelet gets when it asks for tokens; a pod's own methods are handier. */
  readonly tokenPlans: TokenPlans;
  readonly #state: StateDirectory;
  readonly #proxy: TokenProxy;
  #builds = 0;

  /** Use `startCluster`. */
  constructor(state: StateDirectory, plane: ControlPlane, node: Node) {
    super(state, plane);
    this.#state = state;
    this.#proxy = node.tokenProxy;
    this.kubelet = node.kubelet;
    this.containerd = node.containerd;
    this.controllerManager = node.controllerManager;
    this.tokenPlans = node.tokenProxy.plans;
    const context = { admin: this.admin, plans: this.tokenPlans, kubeletRoot: state.file('kubelet') };
    this.pods = new Pods(context);
  }

  /** Builds an image, Node below and the entries on top, and takes it in; pods can name it from then on. */
  async buildImage(options: ImageOptions): Promise<void> {
    const archive = this.#scratch('image.tar');
    try {
      await buildImage(archive, options);
      await this.containerd.importImages(archive);
    } finally {
      await rm(archive, { force: true });
    }
  }

  /**
   * Builds the image of a package of the workspace, e.g. an example, and takes it in; see {@link imageContents}. It
   * starts in the package's directory.
   */
  async buildPackageImage(name: string, packageDirectory: string, config: ImageConfig): Promise<void> {
    const workDirectory = this.#scratch('package');
    try {
      const entries = await imageContents(packageDirectory, workDirectory);
      await this.buildImage({ name, entries, config: { WorkingDir: APP_DIRECTORY, ...config } });
    } finally {
      await rm(workDirectory, { recursive: true, force: true });
    }
  }

  /** A path in the cluster's directory that no other build has: several go on at once. */
  #scratch(what: string): string {
    this.#builds += 1;
    return this.#state.file(`${this.#builds}-${what}`);
  }

  override async stop(): Promise<void> {
    this.#proxy.close();
    await super.stop();
  }
}
