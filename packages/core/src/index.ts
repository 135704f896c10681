/**
 * The credential of a Kubernetes service account, kept fresh. Loads no HTTP stack, does no I/O and sets no timer at import.
 * @packageDocumentation
 */
export type { Clock } from './clock.ts';
export { type Cluster, type InClusterOptions, inCluster } from './cluster.ts';
export {
  CertificateUntrustedError,
  ClosedError,
  CredentialUnavailableError,
  FileUnreadableError,
  InsecureTransportError,
  InvalidOptionError,
  KubefreshError,
  type KubefreshErrorCode,
  NotInClusterError,
  TokenMalformedError,
  UnsupportedUndiciError,
} from './errors.ts';
export type { Listener } from './events.ts';
export { fallbackSource } from './source/fallback-source.ts';
export { tokenProvider } from './source/token-provider.ts';
export type {
  Credential,
  CredentialSource,
  ReadyOptions,
  RejectionEvidence,
  RenewOptions,
  SourceEvents,
  SourceState,
  SourceStatus,
  WatcherMode,
} from './source/types.ts';
export { type VolumeSourceOptions, volumeSource } from './source/volume-source.ts';
export { explainUntrusted, isUntrusted, type Verifier } from './tls.ts';
export type { ObjectRef, TokenClaims } from './token/claims.ts';
export { explainRejection } from './token/explain.ts';
export type { ExplainEvidence, Explanation, KnownObject, RejectionReason } from './token/explanation.ts';
export { type Lifetime, type LifetimeState, lifetime } from './token/lifetime.ts';
export { parseToken, type TokenFormat } from './token/parse.ts';
export type { Token, TokenKind } from './token/token.ts';
export { TokenRejectedError } from './token/token-rejected-error.ts';
export type { LayoutOptions } from './volume/layout.ts';
