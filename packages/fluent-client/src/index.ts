/**
 * Fresh service-account credentials and connection reuse for kubernetes-fluent-client, the client of Pepr.
 * @packageDocumentation
 */
export { type FluentClientHandle, type FluentClientOptions, keepFresh } from './keep-fresh.ts';
