/**
 * `@kubernetes/client-node` with credentials that stay fresh: all of the official package, and a `KubeConfig` that reads
 * token files and runs credential plugins when they have something new. Three doors, one mechanism: import `KubeConfig` from
 * here, hand an instance to `keepFresh`, or a class to `install`.
 * @packageDocumentation
 */
// biome-ignore lint/performance/noReExportAll: the one place where the point is to be the other package.
export * from '@kubernetes/client-node';
export type { FreshHandle } from './handle.ts';
export { install, keepFresh } from './keep-fresh.ts';
export { KubeConfig } from './kube-config.ts';
export type { OfficialKubeConfig, OfficialKubeConfigClass } from './official.ts';
export type { FreshOptions } from './options.ts';
