/**
 * The token of now in every undici request: an interceptor, a whole dispatcher with the CA of now, a fetch.
 * @packageDocumentation
 */
export { type BearerOptions, bearer } from './bearer.ts';
export { createDispatcher } from './dispatcher.ts';
export { createFetch, type FetchOptions, type KubernetesFetch } from './fetch.ts';
export type { DispatcherOptions } from './options.ts';
