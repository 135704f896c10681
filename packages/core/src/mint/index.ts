/**
 * Service-account tokens from the TokenRequest API: without a volume, for any audience, for thousands of accounts.
 * @packageDocumentation
 */
export type { ApiAccess } from '../api/access.ts';
export type { MintedToken } from './requester.ts';
export type { BoundObject, TokenSpec } from './spec.ts';
export { TokenManager, type TokenManagerOptions, type TokenManagerStats } from './token-manager.ts';
export { TokenRequestError, type TokenRequestErrorDetails, type TokenRequestFailure } from './token-request-error.ts';
export { type TokenRequestSourceOptions, tokenRequestSource } from './token-request-source.ts';
