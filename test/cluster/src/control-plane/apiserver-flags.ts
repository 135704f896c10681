import type { StateDirectory } from '../machine/state.ts';
import type { ApiServerFlags } from './apiserver.ts';
import { AUDIT_POLICY } from './audit-policy.ts';

/** The issuer of service-account tokens that kubeadm configures, and with it nearly every cluster. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** The range that the `kubernetes` Service gets its address of; nothing routes to it here. */
const SERVICE_RANGE = '10.96.0.0/16';

/** Flags of a kube-apiserver as near to kubeadm's as one process on loopback can be. */
export function apiServerFlags(directory: StateDirectory, port: number, etcdPort: number): ApiServerFlags {
  const pki = (name: string) => directory.file('pki', name);
  return {
    'etcd-servers': `http://127.0.0.1:${etcdPort}`,
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'secure-port': String(port),
    'tls-cert-file': pki('apiserver.crt'),
    'tls-private-key-file': pki('apiserver.key'),
    'client-ca-file': pki('client-ca.crt'),
    'service-account-issuer': ISSUER,
    'service-account-signing-key-file': pki('sa.key'),
    'service-account-key-file': [pki('sa.pub')],
    'service-cluster-ip-range': SERVICE_RANGE,
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'allow-privileged': 'true',
    // Without it the server fills the `kubernetes` Service's endpoints, and refuses loopback for that.
    'endpoint-reconciler-type': 'none',
    // The node's one address is 127.0.0.1; by default the server tries its name first.
    'kubelet-preferred-address-types': 'InternalIP',
    'kubelet-client-certificate': pki('apiserver-kubelet-client.crt'),
    'kubelet-client-key': pki('apiserver-kubelet-client.key'),
    'audit-policy-file': directory.write('audit-policy.json', JSON.stringify(AUDIT_POLICY)),
    'audit-log-path': directory.file('audit.log'),
    // MB. By default it rotates at 100, and what reads along would lose its place.
    'audit-log-maxsize': '10000',
  };
}
