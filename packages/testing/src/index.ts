/**
 * An API server, a kubelet and its volume in one process, for the tests of programs that talk to Kubernetes: `startCluster()`.
 * @packageDocumentation
 */
export { type Clock, type ManualClock, manualClock, systemClock } from './clock.ts';
export { type KubeconfigParts, writeKubeconfig } from './cluster/kubeconfig.ts';
export { type ClusterOptions, startCluster } from './cluster/start.ts';
export type { ClusterEnvironment, TestCluster } from './cluster/test-cluster.ts';
export { TestingError, type TestingErrorCode } from './errors.ts';
export type { FaultDescription, FaultStage } from './fault-table/named-fault.ts';
export { faultTable, type PlayedFault, playFault } from './fault-table/play.ts';
export { describeEntry } from './journal/describe.ts';
export type { JournalEntry, RequestFacts } from './journal/entry.ts';
export { type ExpectOptions, expectNoCredentials, expectNoFailures, expectTokenUsed } from './journal/expect.ts';
export type { Journal, WaitOptions } from './journal/journal.ts';
export type { KubeletOptions } from './kubelet/options.ts';
export { startKubelet } from './kubelet/start.ts';
export type { Rotation, TestKubelet } from './kubelet/test-kubelet.ts';
export type { CredentialKind } from './server/auth/bearer.ts';
export type { KubernetesClaims, ObjectReference, TokenClaims } from './server/auth/claims.ts';
export type { MintOptions } from './server/auth/mint.ts';
export type { MintedToken } from './server/auth/minted-token.ts';
export type { BoundObjectReference } from './server/auth/token-binding.ts';
export type { GrantedToken, ServiceAccountName, TokenRequestSpec } from './server/auth/token-request.ts';
export type { User } from './server/auth/user.ts';
export type { ClusterObjects, ObjectIdentity } from './server/cluster-objects.ts';
export type { CannedAnswer } from './server/faults/answers.ts';
export type { Fault, FaultOptions } from './server/faults/fault.ts';
export type { FaultControl } from './server/faults/fault-control.ts';
export type { RequestMatch, RequestPattern } from './server/faults/match.ts';
export type { RedirectTarget } from './server/faults/redirect.ts';
export type { RefuseBody } from './server/faults/refuse.ts';
export type { ResourceTarget, Target, Verb } from './server/http/target.ts';
export type { ApiServerOptions } from './server/options.ts';
export { startApiServer } from './server/start.ts';
export type { KubernetesObject, ObjectInput, ObjectMeta, ResourceType } from './server/store/objects.ts';
export type { ExecHandler, ExecSession } from './server/streams/exec-session.ts';
export type { PodStreams } from './server/streams/pod-streams.ts';
export type { PortForwardHandler, PortForwardTarget } from './server/streams/port-forward.ts';
export type { TestApiServer } from './server/test-api-server.ts';
export type { RotateCAOptions } from './server/tls/identity.ts';
export type { WriteStep } from './volume/atomic-writer.ts';
export { createProjectedVolume } from './volume/create.ts';
export type { VolumeFiles, VolumeLayout, VolumeOptions } from './volume/options.ts';
export type { ProjectedVolume } from './volume/projected-volume.ts';
export type { SpoilKind } from './volume/spoil.ts';
