export { ApiClient, ApiError, type ApiResponse, type Credentials, type SendOptions } from './api/client.ts';
export type { KubernetesObject, NewObject, ObjectMeta, Status } from './api/objects.ts';
export { ensureBinaries } from './build/build.ts';
export type { Cluster } from './cluster.ts';
export type { ClusterOptions } from './cluster-options.ts';
export type { ApiServer, ApiServerFlags } from './control-plane/apiserver.ts';
export { ISSUER } from './control-plane/apiserver-flags.ts';
export type { ServingCertificates } from './control-plane/serving-certificates.ts';
export type { SigningKeys } from './control-plane/signing-keys.ts';
export type { AuditEvent } from './evidence/audit-event.ts';
export type { AuditLog } from './evidence/audit-log.ts';
export type { Metrics, Sample } from './evidence/metrics.ts';
export type { ImageConfig } from './image/archive.ts';
export { buildImage, type ImageOptions, NODE_IMAGE } from './image/build-image.ts';
export { fileEntry, type ImageEntry, textEntry, treeEntries } from './image/entries.ts';
export { APP_DIRECTORY, DEPLOY, imageContents } from './image/image-contents.ts';
export { programEntries } from './image/program.ts';
export { type UntilOptions, until } from './machine/waiting.ts';
export type { TokenPlan, TokenPlans } from './node/token-plan.ts';
export type { NodeCluster } from './node-cluster.ts';
export type { ExecResult } from './pods/exec.ts';
export { type ProjectedToken, type RunPodOptions, TOKEN_DIRECTORY } from './pods/manifest.ts';
export type { Pod } from './pods/pod.ts';
export type { PodObject } from './pods/pod-object.ts';
export type { Pods } from './pods/pods.ts';
export type { TokenVolume } from './pods/token-volume.ts';
export type { Profile } from './profile.ts';
export { whySkipped, whyUnavailable } from './requirements.ts';
export { startCluster } from './start-cluster.ts';
export type {
  Accounts,
  BoundObject,
  IssuedToken,
  PolicyRule,
  ServiceAccount,
  TokenRequestOptions,
} from './tokens/accounts.ts';
export { createLegacySecret } from './tokens/legacy-secret.ts';
export type { Mint, MintOptions, Reference } from './tokens/mint.ts';
export { ClusterError, ClusterUnavailableError } from './unavailable.ts';
