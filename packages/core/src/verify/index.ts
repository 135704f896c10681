/**
 * For workloads that RECEIVE service-account tokens: verify them by the cluster's keys, or have the API server review them.
 * And for whoever wants to know why one was refused: asking the server.
 * @packageDocumentation
 */
export type { ApiAccess } from '../api/access.ts';
export { type ApiAnswer, ApiConnection, type ApiRequest } from '../api/connection.ts';
export { type InvestigateOptions, investigateRejection } from './investigate.ts';
export { type ReviewOptions, reviewToken } from './review-token.ts';
export type { ReviewedToken } from './reviewed-token.ts';
export { TokenUnverifiedError, type UnverifiedField, VerificationUnavailableError } from './token-unverified-error.ts';
export { type VerifiedToken, type VerifyOptions, verifyToken } from './verify-token.ts';
