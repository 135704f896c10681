/**
 * How much of a cluster: `light` is etcd and kube-apiserver (about 320 MiB, no root needed); `node` adds
 * kube-controller-manager, containerd and a kubelet that runs pods (about 600 MiB, needs root).
 */
export type Profile = 'light' | 'node';
