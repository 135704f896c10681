import type { Profile } from '../profile.ts';

/** The programs that the fixture builds, each from the main package of its Go module. */
export const MAIN_PACKAGES = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  containerd: 'github.com/containerd/containerd/v2/cmd/containerd',
  'containerd-shim-runc-v2': 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
  ctr: 'github.com/containerd/containerd/v2/cmd/ctr',
  kubelet: 'k8s.io/kubernetes/cmd/kubelet',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  pause: './pause',
} as const;

/** Name of a program of the cluster. */
export type BinaryName = keyof typeof MAIN_PACKAGES;

/** What a profile runs, in the order in which it is built: the light profile is usable minutes before the other. */
export const BINARIES: Readonly<Record<Profile, readonly BinaryName[]>> = {
  light: ['etcd', 'kube-apiserver'],
  node: [
    'etcd',
    'kube-apiserver',
    'containerd',
    'containerd-shim-runc-v2',
    'ctr',
    'kubelet',
    'kube-controller-manager',
    'pause',
  ],
};

/** Where each program lies. */
export type Binaries = Readonly<Record<BinaryName, string>>;

/**
 * The directory of ready-made `etcd` and `kube-apiserver` (`kubectl` too, unused) that controller-runtime's envtest
 * uses, if the user has one; they are taken instead of building these two.
 */
export function kubebuilderAssets(): string | undefined {
  return process.env['KUBEBUILDER_ASSETS'] || undefined;
}
